"""What happened on days in the pieces of some organisations: what the daily counters count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from rongshu.foundation.kept_calendar import kept_calendar
from rongshu.inspection.queries.counts import findings_counted
from rongshu.library.models import Resource
from rongshu.newsroom.machine import Act
from rongshu.newsroom.models import DayCount, Recall, ReviewAct
from rongshu.newsroom.office_hours import office_hours, office_minutes
from rongshu.sites.models import Placement

Measure = DayCount.Measure
COUNTED_ACTS = (Act.SUBMIT, Act.RETURN, Act.PASS)
SHOWN = (Placement.State.SHOWING, Placement.State.ENDED)


DayOfOwner = tuple[date, UUID]
"""A day of an organisation: what is counted, and counted anew, as one."""


class Place(NamedTuple):
    """The combination a fact counts for."""

    measure: str
    organization_id: UUID
    type_id: UUID
    person_id: UUID | None = None
    site_id: UUID | None = None
    column_id: UUID | None = None


def counts_of(wanted: Collection[DayOfOwner]) -> dict[DayOfOwner, list[DayCount]]:
    """Return the counters of these days of organisations, as the facts are now; all are read together."""
    counts, amounts = Counter[tuple[date, Place]](), Counter[tuple[date, Place]]()
    for day, place, count, amount in _facts(wanted):
        counts[day, place] += count
        amounts[day, place] += amount
    counted: dict[DayOfOwner, list[DayCount]] = {each: [] for each in wanted}
    for (day, place), count in sorted(counts.items(), key=str):
        # Days and organisations are asked for crosswise: what nobody wanted came along.
        if count and (day, place.organization_id) in counted:
            row = DayCount(day=day, count=count, amount=amounts[day, place], **place._asdict())
            counted[day, place.organization_id].append(row)
    return counted


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day and the one after another day has ended."""
    end = datetime.combine(last, time.min) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(first, time.min)), timezone.make_aware(end)


def _facts(wanted: Collection[DayOfOwner]) -> Iterator[tuple[date, Place, int, int]]:
    days, owners = {day for day, _ in wanted}, {owner_id for _, owner_id in wanted}
    yield from _published(_on(Resource.objects.filter(owner_id__in=owners), "published_at", days))
    yield from _placed(_on(Placement.objects.filter(resource__owner_id__in=owners), "published_at", days))
    acts = ReviewAct.objects.filter(review__owner_id__in=owners, kind__in=COUNTED_ACTS)
    yield from _acts(_on(acts, "at", days))
    recalls = _on(Recall.objects.filter(owner_id__in=owners), "recalled_at", days)
    names = ("recalled_at", "owner_id", "resource__type_id", "recalled_by_id")
    for at, owner, type_, person in recalls.values_list(*names):
        yield _day(at), Place(Measure.RECALLED, owner, type_, person), 1, 0


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _on(rows: QuerySet[Any], field: str, days: Collection[date]) -> QuerySet[Any]:
    condition = Q()
    for first, last in _runs(days):
        start, end = _span(first, last)
        condition |= Q(**{f"{field}__gte": start, f"{field}__lt": end})
    return rows.filter(condition)


def _runs(days: Collection[date]) -> list[tuple[date, date]]:
    """Return days that follow each other as their first and last."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _published(rows: QuerySet[Resource]) -> Iterator[tuple[date, Place, int, int]]:
    # Who has an address was effective once; a recall takes no publication back.
    names = ("published_at", "owner_id", "type_id", "created_by_id")
    for at, owner, type_, person in rows.filter(address__isnull=False).values_list(*names).iterator():
        yield _day(at), Place(Measure.PUBLISHED, owner, type_, person), 1, 0


def _placed(rows: QuerySet[Placement]) -> Iterator[tuple[date, Place, int, int]]:
    names = ("resource__owner_id", "resource__type_id", "resource__created_by_id", "site_id", "column_id")
    for at, *row in rows.filter(state__in=SHOWN).values_list("published_at", *names).iterator():
        yield _day(at), Place(Measure.PLACED, *row), 1, 0


def _acts(rows: QuerySet[ReviewAct]) -> Iterator[tuple[date, Place, int, int]]:
    acts = list(rows.select_related("review__resource", "review__column", "step").defer("marks", "details"))
    if not acts:
        return  # the calendar need not be read
    opened = (act.step.opened_at.date() for act in acts if act.step and act.step.opened_at)
    calendar = kept_calendar(since=min(opened, default=date.max))
    found = findings_counted({act.review.version_id for act in acts if act.kind == Act.SUBMIT})
    hours_of = cache(lambda owner_id, on: office_hours(owner_id, on=on))
    for act in acts:
        day = _day(act.at)
        if act.kind == Act.SUBMIT:
            yield day, _place(Measure.SUBMITTED, act, act.person_id), 1, 0
            yield day, _place(Measure.FOUND, act, act.person_id), *found.get(act.review.version_id, (0, 0))
        if act.kind == Act.RETURN:
            yield day, _place(Measure.RETURNED, act, act.review.opened_by_id), 1, 0
        if act.step is not None and act.step.opened_at is not None and act.kind != Act.SUBMIT:
            hours = hours_of(act.review.owner_id, day)
            minutes = office_minutes(calendar, act.step.opened_at, act.at, hours)
            yield day, _place(Measure.DECIDED, act, act.person_id), 1, minutes


def _place(measure: str, act: ReviewAct, person_id: UUID | None) -> Place:
    review = act.review
    site_id = review.column.site_id if review.column else None
    return Place(measure, review.owner_id, review.resource.type_id, person_id, site_id, review.column_id)


def days_with_facts() -> Iterator[tuple[UUID, date]]:
    """Yield every organisation and day with anything to count, once for each source."""
    acts = ReviewAct.objects.filter(kind__in=COUNTED_ACTS)
    sources: tuple[tuple[QuerySet[Any], str, str], ...] = (
        (Resource.objects.filter(address__isnull=False), "owner_id", "published_at"),
        (Placement.objects.filter(state__in=SHOWN), "resource__owner_id", "published_at"),
        (acts, "review__owner_id", "at"),
        (Recall.objects.all(), "owner_id", "recalled_at"),
    )
    for rows, owner, moment in sources:
        yield from rows.order_by().values_list(owner, TruncDate(moment)).distinct().iterator()
