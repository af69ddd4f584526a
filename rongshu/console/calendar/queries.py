"""The days of a year that differ from the plain week, and where each comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from rongshu.foundation.calendar_seed import SeedDay, seed_days, seed_years
from rongshu.foundation.models import CalendarDay, CalendarYear


@dataclass(frozen=True)
class ShownDay:
    """A holiday or make-up day; `is_own` when this installation has set it."""

    day: date
    is_working: bool
    name: str
    is_own: bool


@dataclass(frozen=True)
class ShownYear:
    """A year with its notice; without one its days are provisional."""

    year: int
    notice: str
    is_provisional: bool
    days: list[ShownDay]


def shown_year(year: int) -> ShownYear:
    """Return the days of a year: those shipped, and those of this installation, which go before."""
    days = {
        one.day: ShownDay(one.day, one.is_working, one.name, is_own=False)
        for one in _shipped()
        if one.day.year == year
    }
    for own in CalendarDay.objects.filter(day__year=year):
        days[own.day] = ShownDay(own.day, own.is_working, own.name, is_own=True)
    notice, is_provisional = _notice(year)
    return ShownYear(year, notice, is_provisional, [days[day] for day in sorted(days)])


def _notice(year: int) -> tuple[str, bool]:
    row = CalendarYear.objects.filter(pk=year).first()
    shipped = next((one.notice for one in seed_years() if one.year == year), "")
    if row is None:
        return shipped, not shipped
    return row.notice or shipped, row.is_provisional


@cache
def _shipped() -> tuple[SeedDay, ...]:
    return tuple(seed_days())
