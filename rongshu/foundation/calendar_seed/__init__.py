"""The working calendar of China as shipped: the days that differ from the plain week, and the noticed years.

Facts of the yearly 国务院办公厅关于部分节假日安排的通知, written by `python -m
rongshu.foundation.calendar_seed.generate` from PyPI chinese-calendar (MIT). An installation copies them
into its editable table and adds the coming years there.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib import resources


@dataclass(frozen=True, slots=True)
class SeedDay:
    """A holiday on a weekday, or a working day on a weekend."""

    day: date
    is_working: bool
    name: str


@dataclass(frozen=True, slots=True)
class SeedYear:
    """A year with its official notice."""

    year: int
    notice: str


def seed_days() -> Iterator[SeedDay]:
    """Yield the shipped exceptions in order of date."""
    for row in _rows("days.jsonl"):
        yield SeedDay(date.fromisoformat(str(row["day"])), bool(row["is_working"]), str(row["name"]))


def seed_years() -> Iterator[SeedYear]:
    """Yield the years that had a notice when this was shipped; every other year is provisional."""
    for row in _rows("years.jsonl"):
        yield SeedYear(int(str(row["year"])), str(row["notice"]))


def _rows(file_name: str) -> Iterator[dict[str, object]]:
    text = resources.files(__package__).joinpath(file_name).read_text(encoding="utf-8")
    return map(json.loads, text.splitlines())
