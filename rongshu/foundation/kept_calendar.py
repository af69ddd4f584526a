"""The working calendar of this installation: what is shipped, and what its own table says otherwise."""

from __future__ import annotations

from datetime import date
from typing import Final

from rongshu.foundation.change_marks import Kept
from rongshu.foundation.models import CalendarDay, CalendarYear
from rongshu.foundation.working_days import WorkingCalendar, shipped_calendar


def kept_calendar(*, since: date) -> WorkingCalendar:
    """Return the calendar for days from `since` on; a row of the table goes before the shipped day."""
    return _kept(since)


def _read(since: date) -> WorkingCalendar:
    shipped = shipped_calendar()
    days = dict(CalendarDay.objects.filter(day__gte=since).values_list("day", "is_working"))
    years = dict(CalendarYear.objects.filter(year__gte=since.year).values_list("year", "is_provisional"))
    noticed = {year for year, is_provisional in years.items() if not is_provisional}
    return WorkingCalendar(
        {**shipped.exceptions, **days}, frozenset((shipped.noticed_years - years.keys()) | noticed)
    )


_kept: Final = Kept("rules", read=_read, most=100)
