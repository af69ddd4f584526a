"""Statistics as a viewer may see them: read from the daily counters, grouped and narrowed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from rongshu.accounts.viewers import Viewer
from rongshu.newsroom.models import DayCount
from rongshu.sites.models import Column

Measure = DayCount.Measure
STATISTICS: Final = "statistics.read"
BY: Final = {"unit": "单位", "column": "栏目", "person": "人员", "type": "资源类型", "period": "时段"}
STEPS: Final = {"day": "日", "week": "周", "month": "月", "year": "年"}
_NAMES: Final = {
    "unit": ("organization_id", "organization__name"),
    "column": ("column_id", "column__site__name", "column__name"),
    "person": ("person_id", "person__name", "organization__name"),
    "type": ("type_id", "type__name_cn"),
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: which days, grouped by what, narrowed to what."""

    first: date
    last: date
    by: str = "unit"
    step: str = "month"
    unit: str = ""
    column: str = ""
    type_id: UUID | None = None


@dataclass
class Line:
    """One row of the table: a unit, column, person, type or period with its figures."""

    name: str
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    amounts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, measure: str, count: int, amount: int) -> None:
        """Add a counter."""
        self.counts[measure] += count
        self.amounts[measure] += amount

    @property
    def figures(self) -> list[int]:
        """The figures in the order of the table's columns, but for the last two."""
        return [self.counts[measure] for measure in Measure.values]

    @property
    def hours(self) -> float | None:
        """The office hours a step took on average."""
        steps = self.counts[Measure.DECIDED]
        return round(self.amounts[Measure.DECIDED] / steps / 60, 1) if steps else None

    @property
    def severe(self) -> int:
        """How many of the findings were severe."""
        return self.amounts[Measure.FOUND]


def counts_for(viewer: Viewer) -> QuerySet[DayCount]:
    """Return the counters of the organisations, sites and columns whose statistics the viewer may read."""
    rows = DayCount.objects.order_by()
    if viewer.holds_on_platform(STATISTICS):
        return rows
    owners = viewer.organizations_with(STATISTICS)
    sites = [each for each, held in viewer.by_site.items() if STATISTICS in held]
    columns = _columns_below([each for each, held in viewer.by_column.items() if STATISTICS in held])
    own = Q(organization_id__in=owners) | Q(site__sponsor_id__in=owners)
    return rows.filter(own | Q(site_id__in=sites) | columns)


def statistics(viewer: Viewer, question: Question) -> list[Line]:
    """Return the rows of the table, the busiest first; periods in their order, none left out."""
    rows = _narrowed(counts_for(viewer), question)
    return _by_period(rows, question) if question.by == "period" else _by_name(rows, question)


def total_of(lines: Iterable[Line]) -> Line:
    """Return the sum of the rows."""
    total = Line("合计")
    for line in lines:
        for measure in Measure.values:
            total.add(measure, line.counts[measure], line.amounts[measure])
    return total


def _columns_below(column_ids: Sequence[UUID]) -> Q:
    """A grant for a column covers those below it."""
    found = Q(column_id__in=column_ids)
    for site_id, path in Column.objects.filter(pk__in=column_ids).values_list("site_id", "path"):
        found |= Q(site_id=site_id, column__path__startswith=path)
    return found


def _narrowed(rows: QuerySet[DayCount], question: Question) -> QuerySet[DayCount]:
    rows = rows.filter(day__gte=question.first, day__lte=question.last)
    if question.unit:
        rows = rows.filter(organization__name__icontains=question.unit)
    if question.column:
        rows = rows.filter(column__name__icontains=question.column)
    if question.type_id:
        rows = rows.filter(type_id=question.type_id)
    if question.by == "column":
        rows = rows.filter(column__isnull=False)
    return rows.filter(person__isnull=False) if question.by == "person" else rows


def _by_name(rows: QuerySet[DayCount], question: Question) -> list[Line]:
    names = _NAMES[question.by]
    lines: dict[Any, Line] = {}
    for *named, measure, count, amount in _summed(rows, *names):
        key, *words = named
        lines.setdefault((key, *words), Line(" · ".join(words))).add(measure, count, amount)
    return sorted(lines.values(), key=lambda line: (*(-figure for figure in line.figures), line.name))


def _by_period(rows: QuerySet[DayCount], question: Question) -> list[Line]:
    name = _PERIODS[question.step]
    days = (question.last - question.first).days + 1
    lines = {
        name(day): Line(name(day)) for day in (question.first + timedelta(days=at) for at in range(days))
    }
    for day, measure, count, amount in _summed(rows, "day"):
        lines[name(day)].add(measure, count, amount)
    return list(lines.values())


def _summed(rows: QuerySet[DayCount], *names: str) -> Iterable[tuple[Any, ...]]:
    grouped = rows.values_list(*names, "measure")
    return grouped.annotate(counts=Sum("count"), amounts=Sum("amount"))


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year} 年第 {week} 周"


_PERIODS: Final[dict[str, Callable[[date], str]]] = {
    "day": lambda day: f"{day:%Y-%m-%d}",
    "week": _week,
    "month": lambda day: f"{day:%Y-%m}",
    "year": lambda day: f"{day:%Y}",
}
