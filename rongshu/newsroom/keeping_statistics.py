"""The consumer "statistics": the counters of every day on which something happened are counted anew.

Work is asked for by day and organisation, so that a thousand events of one department on one day are
counted once, and counting twice gives the same: nothing is added to what is there, it is replaced.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from rongshu.foundation.consumers import Consumer
from rongshu.foundation.leases import Lease, LeaseHeld, hold
from rongshu.foundation.models import Event, Work
from rongshu.foundation.work import LISTS, WorkRequest, enqueue_in_steps, fail, finish, take
from rongshu.library.events import ResourceBecameEffective
from rongshu.library.models import Resource
from rongshu.newsroom.events import PieceRecalled, ReviewMoved
from rongshu.newsroom.models import DayCount, Recall, ReviewAct
from rongshu.newsroom.queries.day_facts import COUNTED_ACTS, DayOfOwner, counts_of, days_with_facts
from rongshu.sites.events import PlacementBegan, PlacementChanged, PlacementEnded, PlacementMoved
from rongshu.sites.models import Placement

QUEUE: Final = "statistics"
_PORTION: Final = 200
_LOOKED_UP: Final = 500
_PLACINGS: Final = frozenset(
    each.kind() for each in (PlacementBegan, PlacementEnded, PlacementMoved, PlacementChanged)
)
_TOLD: Final = (
    "measure", "organization_id", "type_id", "person_id", "site_id", "column_id", "count", "amount",
)  # fmt: skip
_KINDS: Final = _PLACINGS | {ResourceBecameEffective.kind(), ReviewMoved.kind(), PieceRecalled.kind()}


def statistics_consumer() -> Consumer:
    """Return the consumer to register."""
    return Consumer(QUEUE, _KINDS, plan, rebuild)


def plan(events: Sequence[Event]) -> Iterable[WorkRequest]:
    """Ask for every day and organisation that the events touch."""
    for start in range(0, len(events), _LOOKED_UP):
        yield from map(_request, set(_touched(events[start : start + _LOOKED_UP])))


def _touched(events: Sequence[Event]) -> Iterator[tuple[UUID, date]]:
    ids: dict[str, set[str]] = defaultdict(set)
    for event in events:
        name = "placement_id" if event.kind in _PLACINGS else _SUBJECTS[event.kind]
        ids[name].add(str(event.payload[name]))
    sources: tuple[tuple[str, Any, str, str, str], ...] = (
        (
            "resource_id",
            Resource.objects.filter(published_at__isnull=False),
            "pk",
            "owner_id",
            "published_at",
        ),
        ("placement_id", Placement.objects.all(), "pk", "resource__owner_id", "published_at"),
        ("review_id", ReviewAct.objects.filter(kind__in=COUNTED_ACTS), "review_id", "review__owner_id", "at"),
        ("recall_id", Recall.objects.all(), "pk", "owner_id", "recalled_at"),
    )
    for name, rows, key, owner, moment in sources:
        if ids[name]:
            found = rows.filter(**{f"{key}__in": ids[name]}).values_list(owner, moment)
            yield from ((owner_id, _day(at)) for owner_id, at in found)


_SUBJECTS: Final = {
    ResourceBecameEffective.kind(): "resource_id",
    ReviewMoved.kind(): "review_id",
    PieceRecalled.kind(): "recall_id",
}


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _request(touched: tuple[UUID, date]) -> WorkRequest:
    owner_id, day = touched
    return WorkRequest(QUEUE, f"{day}/{owner_id}", priority=LISTS)


def rebuild() -> Iterator[WorkRequest]:
    """Ask for every day with anything to count, and for those that were counted."""
    for owner_id, day in days_with_facts():
        yield _request((owner_id, day))
    counted = DayCount.objects.order_by().values_list("organization_id", "day").distinct()
    yield from map(_request, counted.iterator())


def count_anew() -> int:
    """Ask for all counters from zero; return how many days of organisations will be counted."""
    return enqueue_in_steps(rebuild())


def keep_statistics() -> bool:
    """Count the days that wait; return whether there was one. A duty of the worker."""
    waiting = take(QUEUE, "", limit=_PORTION)
    if not waiting:
        return False
    try:
        with hold(f"queue/{QUEUE}", seconds=120) as lease:
            _count(waiting, lease)
    except LeaseHeld:
        return False
    return True


def _count(works: Sequence[Work], lease: Lease) -> None:
    """Count what waits in a few queries; only where that fails, one by one, to find which of them it is."""
    try:
        replace_counts([_wanted(work) for work in works])
    except Exception:  # noqa: BLE001 - one failing day must not stop the others
        for work in works:
            lease.renew()
            _count_alone(work)
    else:
        finish(works)


def _count_alone(work: Work) -> None:
    try:
        replace_counts([_wanted(work)])
    except Exception as error:  # noqa: BLE001 - noted on the work, which is tried again later
        fail(work, error)
    else:
        finish([work])


def _wanted(work: Work) -> DayOfOwner:
    day, owner_id = work.key.split("/")
    return date.fromisoformat(day), UUID(owner_id)


def replace_counts(wanted: Collection[DayOfOwner]) -> None:
    """Let the counters of days be what the facts say now; an unchanged day is not written."""
    there: dict[DayOfOwner, list[DayCount]] = defaultdict(list)
    days, owners = zip(*wanted, strict=True)
    for row in DayCount.objects.filter(day__in=set(days), organization_id__in=set(owners)):
        there[row.day, row.organization_id].append(row)
    counted = counts_of(wanted)
    changed = [each for each in counted if _told(there.get(each, ())) != _told(counted[each])]
    gone = [row.pk for each in changed for row in there.get(each, ())]
    if changed:
        with transaction.atomic():
            DayCount.objects.filter(pk__in=gone).delete()
            DayCount.objects.bulk_create([row for each in changed for row in counted[each]])


def _told(rows: Iterable[DayCount]) -> list[tuple[str, ...]]:
    return sorted(tuple(str(getattr(row, name)) for name in _TOLD) for row in rows)
