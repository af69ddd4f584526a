"""Keep the table of holidays and make-up working days, and the yearly notices they come from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.models import CalendarDay, CalendarYear
from rongshu.foundation.text import normalise_line
from rongshu.foundation.working_days import shipped_calendar

_LONGEST_SPAN: Final = 31
_FIRST_YEAR, _LAST_YEAR = 2004, 2100


def set_days(
    *, actor: Person, first: date, last: date, is_working: bool, name: str, source: str
) -> list[CalendarDay]:
    """Say that the days from `first` to `last` are worked, or not; deadlines set so far stay as they are.

    Raise `InvalidInput`, `NotAllowed`.
    """
    _check(first, last, name, source)
    with transaction.atomic():
        require(viewer_for(actor).may("platform.operate"))
        days = [
            _set(first + timedelta(days=place), is_working, name) for place in range((last - first).days + 1)
        ]
        record(
            actor, "calendar.days-set", _year(first.year), reason=source, name=normalise_line(name),
            first=str(first), last=str(last), is_working=is_working,
        )  # fmt: skip
    return days


def reset_day(*, actor: Person, day: date, reason: str = "") -> None:
    """Let a day be again what this release ships, or a plain day of the week."""
    with transaction.atomic():
        require(viewer_for(actor).may("platform.operate"))
        kept = CalendarDay.objects.select_for_update().filter(pk=day).first()
        if kept is not None:
            kept.delete()
            record(actor, "calendar.day-reset", _year(day.year), reason=reason, day=str(day))


def note_year(*, actor: Person, year: int, notice: str, is_provisional: bool) -> CalendarYear:
    """Record the notice a year's days come from; until there is one the year is provisional."""
    notice = normalise_line(notice)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise InvalidInput(f"年份须在 {_FIRST_YEAR} 至 {_LAST_YEAR} 之间。", fields={"year": "请修改"})
    if not is_provisional and not 1 <= len(notice) <= 300:
        raise InvalidInput("请填写放假通知的名称和文号，不超过 300 字。", fields={"notice": "必须填写"})
    with transaction.atomic():
        require(viewer_for(actor).may("platform.operate"))
        row, _ = CalendarYear.objects.update_or_create(
            pk=year, defaults={"notice": notice, "is_provisional": is_provisional}
        )
        record(actor, "calendar.year-noted", row, reason=notice, is_provisional=is_provisional)
    return row


def _check(first: date, last: date, name: str, source: str) -> None:
    wrong: dict[str, str] = {}
    if not date(_FIRST_YEAR, 1, 1) <= first <= last <= date(_LAST_YEAR, 12, 31):
        wrong["last"] = "须不早于开始日期"
    elif (last - first).days >= _LONGEST_SPAN:
        wrong["last"] = f"一次最多设定 {_LONGEST_SPAN} 天"
    if not 1 <= len(normalise_line(name)) <= 40:
        wrong["name"] = "须为 1–40 个字"
    if not 1 <= len(normalise_line(source)) <= 300:
        wrong["source"] = "须填写依据，不超过 300 字"
    if wrong:
        raise InvalidInput("日期、名称或依据填写有误。", fields=wrong)


def _set(day: date, is_working: bool, name: str) -> CalendarDay:
    row, _ = CalendarDay.objects.update_or_create(
        pk=day, defaults={"is_working": is_working, "name": normalise_line(name)}
    )
    return row


def _year(year: int) -> CalendarYear:
    """Return the year's row, made with what is shipped where there is none."""
    noticed = year in shipped_calendar().noticed_years
    row, _ = CalendarYear.objects.get_or_create(pk=year, defaults={"is_provisional": not noticed})
    return row
