"""What happened on a day in the pieces of some organisations: what the daily counters count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
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


class Place(NamedTuple):
    """The combination a fact counts for."""

    measure: str
    organization_id: UUID
    type_id: UUID
    person_id: UUID | None = None
    site_id: UUID | None = None
    column_id: UUID | None = None


def counts_of(day: date, owners: Collection[UUID]) -> list[DayCount]:
    """Return the counters of a day for these organisations, as the facts are now."""
    counts, amounts = Counter[Place](), Counter[Place]()
    for place, count, amount in _facts(day, owners):
        counts[place] += count
        amounts[place] += amount
    return [
        DayCount(day=day, count=count, amount=amounts[place], **place._asdict())
        for place, count in sorted(counts.items(), key=str)
        if count
    ]


def span(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day and of the next."""
    start = datetime.combine(day, time.min)
    return timezone.make_aware(start), timezone.make_aware(start + timedelta(days=1))


def _facts(day: date, owners: Collection[UUID]) -> Iterator[tuple[Place, int, int]]:
    yield from _published(_on(Resource.objects.filter(owner_id__in=owners), "published_at", day))
    yield from _placed(_on(Placement.objects.filter(resource__owner_id__in=owners), "published_at", day))
    acts = _on(ReviewAct.objects.filter(review__owner_id__in=owners, kind__in=COUNTED_ACTS), "at", day)
    yield from _acts(acts, day)
    recalls = _on(Recall.objects.filter(owner_id__in=owners), "recalled_at", day)
    for owner, type_, person in recalls.values_list("owner_id", "resource__type_id", "recalled_by_id"):
        yield Place(Measure.RECALLED, owner, type_, person), 1, 0


def _on(rows: QuerySet[Any], field: str, day: date) -> QuerySet[Any]:
    start, end = span(day)
    return rows.filter(**{f"{field}__gte": start, f"{field}__lt": end})


def _published(rows: QuerySet[Resource]) -> Iterator[tuple[Place, int, int]]:
    # Who has an address was effective once; a recall takes no publication back.
    names = ("owner_id", "type_id", "created_by_id")
    for owner, type_, person in rows.filter(address__isnull=False).values_list(*names).iterator():
        yield Place(Measure.PUBLISHED, owner, type_, person), 1, 0


def _placed(rows: QuerySet[Placement]) -> Iterator[tuple[Place, int, int]]:
    names = ("resource__owner_id", "resource__type_id", "resource__created_by_id", "site_id", "column_id")
    for row in rows.filter(state__in=SHOWN).values_list(*names).iterator():
        yield Place(Measure.PLACED, *row), 1, 0


def _acts(rows: QuerySet[ReviewAct], day: date) -> Iterator[tuple[Place, int, int]]:
    acts = list(rows.select_related("review__resource", "review__column", "step").defer("marks", "details"))
    opened = (act.step.opened_at.date() for act in acts if act.step and act.step.opened_at)
    calendar = kept_calendar(since=min(opened, default=date.max))
    submitted = {act.review.version_id for act in acts if act.kind == Act.SUBMIT}
    found = findings_counted(submitted)
    hours_of = cache(partial(office_hours, on=day))
    for act in acts:
        if act.kind == Act.SUBMIT:
            yield _place(Measure.SUBMITTED, act, act.person_id), 1, 0
            yield _place(Measure.FOUND, act, act.person_id), *found.get(act.review.version_id, (0, 0))
        if act.kind == Act.RETURN:
            yield _place(Measure.RETURNED, act, act.review.opened_by_id), 1, 0
        if act.step is not None and act.step.opened_at is not None and act.kind != Act.SUBMIT:
            minutes = office_minutes(calendar, act.step.opened_at, act.at, hours_of(act.review.owner_id))
            yield _place(Measure.DECIDED, act, act.person_id), 1, minutes


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
