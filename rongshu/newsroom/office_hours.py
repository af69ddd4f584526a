"""How long something lay on a desk: minutes of office hours between two moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from rongshu.foundation.errors import Misconfigured
from rongshu.foundation.rules import rule_value
from rongshu.foundation.working_days import WorkingCalendar

Hours = Sequence[tuple[time, time]]


class OfficeHoursMalformed(Misconfigured):
    """The rule holds something that is no span of a day."""

    code = "office-hours-malformed"
    sentence = "规则 newsroom.office_hours 的取值有误：每段应形如 08:30-12:00，请用 rongshu rule set 修改。"


def office_hours(organization_id: UUID | None, *, on: date | None = None) -> Hours:
    """Return the spans in which an organisation works on a working day, as the rule has them."""
    value = rule_value("newsroom.office_hours", on=on, organization_id=organization_id)
    try:
        spans = sorted(_span(str(written)) for written in value.values())
    except ValueError as error:
        raise OfficeHoursMalformed from error
    return spans


def office_minutes(calendar: WorkingCalendar, start: datetime, end: datetime, hours: Hours) -> int:
    """Return the whole minutes of office hours from `start` to `end`; none when `end` is earlier."""
    if end <= start:
        return 0
    start, end = timezone.localtime(start), timezone.localtime(end)
    first, last = start.date(), end.date()
    if first == last:
        return _within(calendar, first, (start.time(), end.time()), hours)
    between = calendar.working_days_between(first, last - timedelta(days=1))
    ends = _within(calendar, first, (start.time(), time.max), hours)
    ends += _within(calendar, last, (time.min, end.time()), hours)
    return between * int(sum(_seconds(till) - _seconds(since) for since, till in hours) // 60) + ends


def _span(written: str) -> tuple[time, time]:
    opens, closes = (time.fromisoformat(part.strip()) for part in written.split("-"))
    if closes <= opens:
        raise ValueError(written)
    return opens, closes


def _within(calendar: WorkingCalendar, day: date, span: tuple[time, time], hours: Hours) -> int:
    if not calendar.is_working_day(day):
        return 0
    spans = ((max(span[0], opens), min(span[1], closes)) for opens, closes in hours)
    return int(sum(_seconds(till) - _seconds(since) for since, till in spans if till > since) // 60)


def _seconds(moment: time) -> float:
    return moment.hour * 3600 + moment.minute * 60 + moment.second
