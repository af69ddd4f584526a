"""How long something lay on a desk: minutes of office hours between two moments."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from rongshu.foundation.working_days import WorkingCalendar

# The usual hours of public offices; seven a day.
HOURS: Final = ((time(8, 30), time(12)), (time(14), time(17, 30)))
MINUTES_A_DAY: Final = 7 * 60


def office_minutes(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    """Return the whole minutes of office hours from `start` to `end`; none when `end` is earlier."""
    if end <= start:
        return 0
    start, end = timezone.localtime(start), timezone.localtime(end)
    first, last = start.date(), end.date()
    if first == last:
        return _within(calendar, first, start.time(), end.time())
    between = calendar.working_days_between(first, last - timedelta(days=1))
    ends = _within(calendar, first, start.time(), time.max) + _within(calendar, last, time.min, end.time())
    return between * MINUTES_A_DAY + ends


def _within(calendar: WorkingCalendar, day: date, start: time, end: time) -> int:
    if not calendar.is_working_day(day):
        return 0
    spans = ((max(start, opens), min(end, closes)) for opens, closes in HOURS)
    return int(sum(_seconds(till) - _seconds(since) for since, till in spans if till > since) // 60)


def _seconds(moment: time) -> float:
    return moment.hour * 3600 + moment.minute * 60 + moment.second
