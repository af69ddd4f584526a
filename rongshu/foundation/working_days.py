"""Working days and deadlines of China, with 调休: pure arithmetic over a table of exceptions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from rongshu.foundation.calendar_seed import seed_days, seed_years

_DAY: Final = timedelta(days=1)
_FARTHEST: Final = 10_000
"""Working days ahead that may be asked for, about forty years; a larger number is a mistake."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked.

    `exceptions` maps a day to whether it is worked, where that differs from Monday to Friday;
    `noticed_years` are those with an official notice. All other years count plain weeks, provisionally.
    """

    exceptions: Mapping[date, bool]
    noticed_years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`."""
        return self.exceptions.get(day, day.weekday() < 5)

    def next_working_day(self, day: date) -> date:
        """Return `day` itself when worked, else the first working day after it."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def add_working_days(self, start: date, count: int) -> date:
        """Return the last day of a period of `count` working days that something on `start` sets off.

        The day of the event is not counted, the next working day is day 1 (民法典第二百零一条第一款; so are
        the “工作日” of 政府信息公开条例第三十三条 counted). `count` 0 is `start` itself.
        """
        if not 0 <= count <= _FARTHEST:
            raise ValueError(f"count out of range: {count}")
        day = start
        while count:
            day += _DAY
            count -= self.is_working_day(day)
        return day

    def add_days(self, start: date, count: int) -> date:
        """Return the last day of a period of `count` calendar days after `start`; when it is a holiday, the
        next working day (民法典第二百零一条, 第二百零三条第一款)."""
        if not 0 <= count <= _FARTHEST:
            raise ValueError(f"count out of range: {count}")
        return self.next_working_day(start + count * _DAY)

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and including `end`; negative when `end` is earlier.

        The inverse of `add_working_days`: `working_days_between(d, add_working_days(d, n)) == n`.
        """
        if end < start:
            return -self.working_days_between(end, start)
        full_weeks, rest = divmod((end - start).days, 7)
        count = 5 * full_weeks + sum((end - place * _DAY).weekday() < 5 for place in range(rest))
        return count + sum(
            is_working - (day.weekday() < 5)
            for day, is_working in self.exceptions.items()
            if start < day <= end
        )

    def is_provisional(self, day: date) -> bool:
        """Whether a notice yet to come may change `day`.

        The last week of December depends on the next year's notice too, which arranges 元旦.
        """
        years = {day.year, (day + 7 * _DAY).year}
        return not years <= self.noticed_years

    def may_change(self, start: date, end: date) -> bool:
        """Whether a notice yet to come may change a count of working days from `start` to `end`."""
        return any(self.is_provisional(day) for day in (start, end)) or not (
            set(range(start.year, end.year + 1)) <= self.noticed_years
        )


@cache
def shipped_calendar() -> WorkingCalendar:
    """Return the calendar shipped with this release (2004 to the last notice), before any local edit."""
    return WorkingCalendar(
        {each.day: each.is_working for each in seed_days()}, frozenset(each.year for each in seed_years())
    )
