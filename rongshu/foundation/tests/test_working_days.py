"""Statutory deadlines come out right on every day on record."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rongshu.foundation.calendar_seed import seed_days, seed_years
from rongshu.foundation.working_days import WorkingCalendar, shipped_calendar

RECORDS = Path("../shared/data/calendar_cn")
needs_records = pytest.mark.skipif(not RECORDS.exists(), reason="../shared/data/calendar_cn is not here")
DAYS = st.dates(date(2004, 1, 1), date(2030, 12, 31))


def records(name: str) -> Iterator[dict[str, object]]:
    with (RECORDS / name).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@needs_records
def test_every_day_of_the_oracle() -> None:
    rows = list(records("oracle.jsonl"))
    wrong = [
        row
        for row in rows
        if shipped_calendar().is_working_day(date.fromisoformat(str(row["date"]))) is bool(row["off"])
    ]
    assert len(rows) > 2000
    assert wrong == []


@needs_records
@pytest.mark.parametrize(
    ("name", "field"), [("holiday_cn.jsonl", "is_off_day"), ("chinese_calendar_1_11_0.jsonl", "off")]
)
def test_every_listed_holiday_and_make_up_day(name: str, field: str) -> None:
    rows = list(records(name))
    calendar = shipped_calendar()
    assert len(rows) > 600
    assert [
        row
        for row in rows
        if calendar.is_working_day(date.fromisoformat(str(row["date"]))) is bool(row[field])
    ] == []


@needs_records
def test_the_sentences_of_real_notices() -> None:
    cases = json.loads((RECORDS / "notice_text_parsing_cases.json").read_text(encoding="utf-8"))
    calendar = shipped_calendar()
    for case in cases:
        for each in case["expected"]:
            day = date.fromisoformat(each["date"])
            if day.year >= 2004:
                assert calendar.is_working_day(day) is not each["isOffDay"], case["description"]


def test_the_seed_holds_only_what_differs_from_the_plain_week() -> None:
    days = list(seed_days())
    assert [each for each in days if each.is_working is (each.day.weekday() < 5)] == []
    assert [each.day for each in days] == sorted({each.day for each in days})
    assert [each.year for each in seed_years()] == list(range(2004, 2027))


def test_the_seed_is_what_the_library_says() -> None:
    generate = pytest.importorskip("rongshu.foundation.calendar_seed.generate")
    days = {each.day.isoformat(): each for each in seed_days()}
    generated = {row["day"]: row for row in generate.generated_days()}
    assert {day: (each.is_working, each.name) for day, each in days.items()} == {
        day: (row["is_working"], row["name"]) for day, row in generated.items() if day in days
    }


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2024-09-27", 1, "2024-09-29"),  # Friday; Sunday is worked for 国庆节
        ("2024-09-30", 1, "2024-10-08"),
        ("2024-09-30", 5, "2024-10-12"),  # Saturday 12 October is worked
        ("2025-01-26", 1, "2025-01-27"),
        ("2024-03-01", 20, "2024-03-29"),  # 政府信息公开条例第三十三条
        ("2024-03-02", 20, "2024-03-29"),  # received on a Saturday
        ("2024-03-01", 0, "2024-03-01"),
    ],
)
def test_deadlines(start: str, count: int, end: str) -> None:
    assert shipped_calendar().add_working_days(date.fromisoformat(start), count) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [("2024-09-20", 15, "2024-10-08"), ("2024-03-01", 7, "2024-03-08"), ("2024-03-02", 7, "2024-03-11")],
)
def test_calendar_days_end_on_a_working_day(start: str, count: int, end: str) -> None:
    assert shipped_calendar().add_days(date.fromisoformat(start), count) == date.fromisoformat(end)


@given(DAYS, st.integers(0, 60))
def test_counting_back_what_was_added(start: date, count: int) -> None:
    calendar = shipped_calendar()
    end = calendar.add_working_days(start, count)
    assert calendar.working_days_between(start, end) == count
    assert calendar.working_days_between(end, start) == -count
    assert count == 0 or calendar.is_working_day(end)


@given(DAYS, st.integers(0, 400))
def test_between_counts_day_by_day(start: date, length: int) -> None:
    calendar, days = shipped_calendar(), [start + timedelta(days=place) for place in range(1, length + 1)]
    expected = sum(map(calendar.is_working_day, days))
    assert calendar.working_days_between(start, start + timedelta(days=length)) == expected


def test_years_without_a_notice_are_plain_weeks_and_provisional() -> None:
    calendar = shipped_calendar()
    assert calendar.is_working_day(date(2031, 10, 1))
    assert calendar.is_provisional(date(2031, 10, 1))
    assert not calendar.is_provisional(date(2026, 10, 1))
    assert calendar.is_provisional(date(2026, 12, 30))
    assert not calendar.is_provisional(date(2025, 12, 30))
    assert calendar.may_change(date(2026, 12, 1), date(2027, 1, 10))
    assert not calendar.may_change(date(2026, 3, 1), date(2026, 12, 1))


def test_a_table_edited_here_rules() -> None:
    calendar = WorkingCalendar({date(2027, 5, 3): False, date(2027, 5, 8): True}, frozenset({2027}))
    assert calendar.add_working_days(date(2027, 4, 30), 5) == date(2027, 5, 8)


@pytest.mark.parametrize("count", [-1, 10_001])
def test_absurd_counts_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="count"):
        shipped_calendar().add_working_days(date(2024, 1, 1), count)
    with pytest.raises(ValueError, match="count"):
        shipped_calendar().add_days(date(2024, 1, 1), count)
