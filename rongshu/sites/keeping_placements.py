"""The consumer "placements": what becomes effective shows where it waits, and where a rule selects it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from rongshu.foundation.audit import acting_via
from rongshu.foundation.consumers import Consumer
from rongshu.foundation.events import DomainEvent
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.foundation.models import Event, Work
from rongshu.foundation.work import EDIT, LISTS, RECALL, WorkRequest, fail, finish, take
from rongshu.library.events import (
    BatchApproved,
    ResourceBecameEffective,
    ResourceClassified,
    ResourceReinstated,
    ResourceValidityChanged,
    TopicMembersChanged,
    VersionPurged,
)
from rongshu.library.models import Approval, ApprovalBatch, Resource
from rongshu.sites.approving import route_of
from rongshu.sites.models import Column, ColumnSelection, Placement
from rongshu.sites.placing import ended, hand_over_canonical, settle_many, tell
from rongshu.sites.selecting import (
    AT_ONCE,
    QUEUE,
    follow_rule,
    selected_by,
    selection_key,
    selections_in_force,
)

_RESOURCE_KINDS: Final = frozenset(
    {
        ResourceBecameEffective.kind(),
        ResourceReinstated.kind(),
        ResourceClassified.kind(),
        ResourceValidityChanged.kind(),
    }
)
_STANDING: Final = (Placement.State.WAITING, Placement.State.SHOWING)
_ALL_BATCHES: Final = "batches:all"
_ALL_WAITING: Final = "waiting:all"
_ALL_PURGED: Final = "purged:all"


def placements_consumer() -> Consumer:
    """Return the consumer to register."""
    kinds = _RESOURCE_KINDS | {BatchApproved.kind(), VersionPurged.kind(), TopicMembersChanged.kind()}
    return Consumer("placements", kinds, plan, rebuild)


def plan(events: Sequence[Event]) -> Iterator[WorkRequest]:
    """Ask for the resources that something here waits for; for all of them where rules may select them."""
    touched = {UUID(event.payload["resource_id"]) for event in events if event.kind in _RESOURCE_KINDS}
    if touched:
        concerned = touched if selections_in_force().exists() else _behind(touched)
        yield from (WorkRequest(QUEUE, f"resource:{one}", priority=EDIT) for one in sorted(concerned))
    for event in events:
        if event.kind == BatchApproved.kind():
            yield WorkRequest(QUEUE, f"batch:{event.payload['batch_id']}", priority=LISTS)
        elif event.kind == VersionPurged.kind():
            yield WorkRequest(QUEUE, _ALL_PURGED, priority=RECALL)
    topics = {event.payload["topic_id"] for event in events if event.kind == TopicMembersChanged.kind()}
    for selection in selections_in_force() if topics else ():
        if selection.query.get("topic") in topics:
            yield WorkRequest(QUEUE, selection_key(selection.id), priority=LISTS)


def rebuild() -> Iterator[WorkRequest]:
    """Ask for everything: all that waits, all approved batches, all rules."""
    yield WorkRequest(QUEUE, _ALL_WAITING)
    yield WorkRequest(QUEUE, _ALL_BATCHES)
    yield WorkRequest(QUEUE, _ALL_PURGED, priority=RECALL)
    for selection_id in ColumnSelection.objects.values_list("id", flat=True):
        yield WorkRequest(QUEUE, selection_key(selection_id))


def keep_placements() -> bool:
    """Do some of what is asked for; return whether anything was done. A duty of the worker."""
    if not take(QUEUE, "", limit=1):
        return False
    try:
        with hold(f"queue/{QUEUE}", seconds=300), acting_via("clock"):
            return _keep(take(QUEUE, "", limit=AT_ONCE))
    except LeaseHeld:
        return False


def _keep(works: Sequence[Work]) -> bool:
    resources = [work for work in works if work.key.startswith("resource:")]
    done = _try(
        resources, lambda: _follow_resources([UUID(work.key.partition(":")[2]) for work in resources])
    )
    for work in works:
        kind, _, subject = work.key.partition(":")
        if kind != "resource":
            done = _try([work], lambda kind=kind, subject=subject: _DEEDS[kind](subject)) or done  # type: ignore[misc]
    return done


def _try(works: Sequence[Work], deed: Callable[[], None]) -> bool:
    if not works:
        return False
    try:
        deed()
    except Exception as error:  # noqa: BLE001 - whatever it is, the rows stay and tell why
        for work in works:
            fail(work, error)
        return False
    finish(works)
    return True


def _behind(resource_ids: Iterable[UUID]) -> set[UUID]:
    """Return those resources of which a placement is not as it should be."""
    rows = _unsettled().filter(resource_id__in=list(resource_ids))
    return set(rows.values_list("resource_id", flat=True))


def _unsettled() -> QuerySet[Placement]:
    """Return the placements that wait though they may show, or bear another date than their resource."""
    may_show = Q(state=Placement.State.WAITING, approval__isnull=False)
    has_moved = Q(state__in=_STANDING, resource__published_at__isnull=False) & ~Q(
        published_at=F("resource__published_at")
    )
    return Placement.objects.filter(may_show | has_moved, resource__effective_version__isnull=False)


def _follow_resources(resource_ids: Sequence[UUID]) -> None:
    _settle_all(_unsettled().filter(resource_id__in=resource_ids))
    for selection in selections_in_force():
        follow_rule(selection, resource_ids)


def _settle_all(placements: QuerySet[Placement]) -> None:
    last = UUID(int=0)
    while True:
        with transaction.atomic():
            some = list(
                placements.filter(pk__gt=last).select_related("resource", "column").order_by("id")[:AT_ONCE]
            )
            tell(settle_many(some), None)
        if len(some) < AT_ONCE:
            return
        last = some[-1].pk


def _follow_batch(batch_id: str) -> None:
    """Let what a run placed show: the approval of its batch covers the placements on the target site."""
    if batch_id == "all":
        for one in ApprovalBatch.objects.filter(status=ApprovalBatch.Status.APPROVED).values_list(
            "id", flat=True
        ):
            _follow_batch(str(one))
        return
    batch = ApprovalBatch.objects.get(pk=batch_id)
    approvals = Approval.objects.filter(batch=batch, outcome=Approval.Outcome.APPROVED).exclude(
        manifest_digest=""
    )
    approval = approvals.order_by("-decided_at").first()
    if approval is None or batch.target_site_id is None:
        return
    waiting = Placement.objects.filter(
        site_id=batch.target_site_id,
        state=Placement.State.WAITING,
        approval__isnull=True,
        placed_by=batch.created_by_id,
        resource__effective_version__batch=batch,
    )
    waiting = waiting.exclude(column_id__in=_stricter_columns(waiting, approval))
    while some := list(waiting.select_related("resource", "column").order_by("id")[:AT_ONCE]):
        with transaction.atomic():
            for placement in some:
                placement.approval = approval
            tell(settle_many(some), None)


def _stricter_columns(waiting: QuerySet[Placement], approval: Approval) -> list[UUID]:
    """Return the columns whose own route has more levels than the approval: their reviewers decide."""
    columns = Column.objects.filter(pk__in=waiting.order_by().values("column_id"))
    return [column.pk for column in columns if route_of(column).levels > approval.levels]


def _follow_rule(selection_id: str) -> None:
    """Go over everything a rule selects or has placed, some resources at a time."""
    selection = ColumnSelection.objects.select_related("column__site").filter(pk=selection_id).first()
    if selection is None:
        return
    placed = Placement.objects.filter(selection=selection).exclude(state=Placement.State.REMOVED)
    for ids in (
        _ids_in_steps(Resource.objects.filter(pk__in=placed.values("resource_id"))),
        _ids_in_steps(selected_by(selection)),
    ):
        for some in ids:
            follow_rule(selection, some)


def _ids_in_steps(resources: QuerySet[Resource]) -> Iterator[list[UUID]]:
    last = UUID(int=0)
    while some := list(resources.filter(pk__gt=last).order_by("id").values_list("id", flat=True)[:AT_ONCE]):
        yield some
        last = some[-1]


def _let_go_of_purged() -> None:
    """Take purged versions from the columns that hold them; they need their reviewer to show again."""
    held = Placement.objects.filter(held_version__purged_at__isnull=False)
    while some := list(held.order_by("id")[:AT_ONCE]):
        with transaction.atomic():
            events: list[DomainEvent] = []
            for placement in some:
                was_showing = placement.state == Placement.State.SHOWING
                placement.held_version, placement.approval, placement.is_canonical = None, None, False
                placement.state = Placement.State.WAITING
                placement.save()
                events += [ended(placement)] if was_showing else []
                events += hand_over_canonical(placement.resource_id)
            tell(events, None)


_DEEDS: Final[dict[str, Callable[[str], None]]] = {
    "batch": _follow_batch,
    "batches": _follow_batch,
    "waiting": lambda _: _settle_all(_unsettled()),
    "selection": _follow_rule,
    "purged": lambda _: _let_go_of_purged(),
}
