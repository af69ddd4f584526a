"""The library at a glance: total, today, calls, trend, types, and what is called most (P2-15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet, Sum

from rongshu.accounts.viewers import Viewer
from rongshu.foundation import clock
from rongshu.library.models import CallsOnDay, ResourceCalls, StoredOnDay
from rongshu.library.queries.visibility import visible

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class DayFigures:
    """One day: how many resources came in, and how often any was called."""

    day: date
    stored: int
    calls: int


@dataclass(frozen=True)
class Ranked:
    """A resource and how often it was called."""

    resource_id: UUID
    title: str
    calls: int


@dataclass(frozen=True)
class Overview:
    """What the organisations within the viewer's sight hold."""

    total: int
    stored_today: int
    calls: int
    calls_today: int
    trend: tuple[DayFigures, ...]
    types: tuple[tuple[str, int], ...]
    ranking: tuple[Ranked, ...]


def overview(viewer: Viewer, *, days: int = 30, ranked: int = 10) -> Overview:
    """Return the figures of the last `days` days, from counters: nothing is counted for it."""
    today = clock.today()
    stored, calls = _of(viewer, StoredOnDay.objects.all()), _of(viewer, CallsOnDay.objects.all())
    first = today - timedelta(days=days - 1)
    stored_by_day, calls_by_day = _by_day(stored, first), _by_day(calls, first)
    trend = tuple(
        DayFigures(day, stored_by_day.get(day, 0), calls_by_day.get(day, 0))
        for day in (first + timedelta(days=step) for step in range(days))
    )
    types = (
        stored.values_list("type__name_cn").annotate(count=Sum("count")).order_by("-count", "type__name_cn")
    )
    return Overview(
        total=_sum(stored),
        stored_today=trend[-1].stored,
        calls=_sum(calls),
        calls_today=trend[-1].calls,
        trend=trend,
        types=tuple((name, count) for name, count in types if count),
        ranking=most_called(viewer, ranked),
    )


def most_called(viewer: Viewer, count: int) -> tuple[Ranked, ...]:
    """Return the resources of the viewer's organisations that are called most."""
    rows = _of(viewer, ResourceCalls.objects.all()).filter(resource__in=visible(viewer))
    rows = rows.select_related("resource__effective_version", "resource__working_version")
    return tuple(Ranked(row.resource_id, _title(row), row.count) for row in rows.order_by("-count")[:count])


def _title(row: ResourceCalls) -> str:
    version = row.resource.effective_version or row.resource.working_version
    return version.title if version else ""


def _of(viewer: Viewer, rows: QuerySet[M]) -> QuerySet[M]:
    return rows if viewer.reads_everything else rows.filter(owner_id__among=viewer.reading_organization_ids)


def _sum(rows: QuerySet[Any]) -> int:
    return int(rows.aggregate(sum=Sum("count"))["sum"] or 0)


def _by_day(rows: QuerySet[Any], first: date) -> dict[date, int]:
    found = rows.filter(day__gte=first).values_list("day").annotate(sum=Sum("count")).order_by()
    return {day: int(count) for day, count in found}
