"""The rules every placement follows: when it shows, which one is canonical, what it announces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from rongshu.foundation.clock import now
from rongshu.foundation.due import cancel, schedule
from rongshu.foundation.events import DomainEvent, announce_many
from rongshu.library.models import Resource
from rongshu.sites.errors import ColumnClosed, SiteTakesNothing
from rongshu.sites.events import PlacementBegan, PlacementChanged, PlacementEnded
from rongshu.sites.models import Column, Placement, Site

BEGIN: Final = "placement.begin"
END: Final = "placement.end"
_SETTLED: Final = ("state", "held_version_id", "is_canonical", "approval_id", "selection_id")

_State = Placement.State
# While a site is prepared its content is, too.
_TAKING: Final = frozenset({Site.Status.PREPARING, Site.Status.APPROVED, Site.Status.ONLINE})


def takes(column: Column) -> bool:
    """Whether the column and its site take new content."""
    return column.site.status in _TAKING and column.status != Column.Status.CLOSED


def require_taking(column: Column) -> None:
    """Raise unless the column and its site take new content."""
    if column.site.status not in _TAKING:
        label = Site.Status(column.site.status).label
        raise SiteTakesNothing(f"站点“{column.site.name}”已{label}，不能向它发布内容。")
    if column.status == Column.Status.CLOSED:
        raise ColumnClosed


def state_of(placement: Placement, *, is_effective: bool, moment: datetime) -> str:
    """Return the state a placement that is not removed has at a moment."""
    if placement.visible_until is not None and placement.visible_until <= moment:
        return _State.ENDED
    if placement.approval_id is None:
        return _State.WAITING
    if placement.visible_from is not None and placement.visible_from > moment:
        return _State.SCHEDULED
    return _State.SHOWING if is_effective else _State.WAITING


def settle(
    placement: Placement, resource: Resource, column: Column, *, due_at: datetime | None = None
) -> list[DomainEvent]:
    """Bring a placement into the state it should have now, save it and return what to announce.

    `published_at` follows the resource; a column that holds updates keeps the version it began with.
    `due_at` is given by the clock, whose own item must be left alone: the time may be set back meanwhile.
    """
    before = placement.state
    decide(placement, resource, column, max(now(), due_at or now()))
    events: list[DomainEvent] = []
    if placement.state == _State.SHOWING:
        placement.is_canonical = placement.is_canonical or not _has_canonical(resource.id)
    elif placement.is_canonical:
        placement.is_canonical = False
    placement.save()
    if due_at is None:
        keep_due(placement)
    if before == _State.SHOWING and placement.state != _State.SHOWING:
        events += [ended(placement), *hand_over_canonical(resource.id)]
    elif placement.state == _State.SHOWING:
        events.append(changed(placement) if before == _State.SHOWING else began(placement))
    return events


def settle_many(placements: Sequence[Placement]) -> list[DomainEvent]:
    """Bring stored placements, with their resources and columns loaded, into their states in few writes.

    Returns what to announce. Ones that end or have times go one by one.
    """
    moment = now()
    events: list[DomainEvent] = []
    simple: list[tuple[Placement, str]] = []
    for placement in placements:
        if placement.visible_from or placement.visible_until or placement.state == _State.SHOWING:
            events += settle(placement, placement.resource, placement.column)
            continue
        simple.append((placement, placement.state))
        decide(placement, placement.resource, placement.column, moment)
    showing = [placement for placement, before in simple if placement.state == _State.SHOWING]
    choose_canonical(showing)
    _save_settled([placement for placement, _ in simple])
    return [*events, *(began(placement) for placement in showing)]


def _save_settled(placements: Iterable[Placement]) -> None:
    """Write settled placements, one statement per kind of outcome (bulk_update takes ten times as long)."""
    alike: dict[tuple[Any, ...], list[UUID]] = defaultdict(list)
    for placement in placements:
        alike[tuple(getattr(placement, name) for name in _SETTLED)].append(placement.pk)
    published = Resource.objects.filter(pk=OuterRef("resource_id")).values("published_at")
    for outcome, ids in alike.items():
        Placement.objects.filter(pk__in=ids).update(
            published_at=Coalesce(Subquery(published), F("published_at")),
            **dict(zip(_SETTLED, outcome, strict=True)),
        )


def choose_canonical(showing: Iterable[Placement]) -> None:
    """Make the first showing placement of each resource canonical that has none; the caller saves."""
    showing = list(showing)
    canonical = Placement.objects.filter(
        resource_id__in=[one.resource_id for one in showing], is_canonical=True
    )
    taken = set(canonical.values_list("resource_id", flat=True))
    for placement in showing:
        if placement.resource_id not in taken:
            placement.is_canonical = True
            taken.add(placement.resource_id)


def decide(placement: Placement, resource: Resource, column: Column, moment: datetime) -> None:
    """Set state, date and held version as they should be at a moment, without saving."""
    is_effective = resource.effective_version_id is not None
    if resource.published_at is not None:
        placement.published_at = resource.published_at
    # A recalled resource keeps its showing placements: pages look at the resource itself.
    kept = placement.state == _State.SHOWING and not is_effective
    placement.state = state_of(placement, is_effective=is_effective or kept, moment=moment)
    if placement.state == _State.SHOWING and column.hold_updates and placement.held_version_id is None:
        placement.held_version_id = resource.effective_version_id


def keep_due(placement: Placement) -> None:
    """Have the clock do what this placement's times ask for, and nothing else."""
    cancel(BEGIN, placement.id)
    cancel(END, placement.id)
    if placement.state == _State.SCHEDULED and placement.visible_from is not None:
        schedule(BEGIN, placement.id, placement.visible_from)
    if placement.visible_until is not None and placement.state not in {_State.ENDED, _State.REMOVED}:
        schedule(END, placement.id, placement.visible_until)


def hand_over_canonical(resource_id: UUID) -> list[DomainEvent]:
    """Make the oldest showing placement canonical when none is; every other page's link changes with it."""
    if _has_canonical(resource_id):
        return []
    showing = list(
        Placement.objects.filter(resource_id=resource_id, state=_State.SHOWING)
        .exclude(site__status=Site.Status.CLOSED)
        .order_by("created_at", "id")
    )
    if not showing:
        return []
    Placement.objects.filter(pk=showing[0].pk).update(is_canonical=True)
    return [changed(placement) for placement in showing]


def tell(events: Iterable[DomainEvent], actor_id: UUID | None) -> None:
    """Announce what `settle` and its like returned."""
    announce_many(events, actor_id=actor_id)


def began(placement: Placement) -> PlacementBegan:
    """Return the event of a placement that begins to show."""
    return PlacementBegan(**_ids(placement))


def changed(placement: Placement) -> PlacementChanged:
    """Return the event of a showing placement that changed."""
    return PlacementChanged(**_ids(placement))


def ended(placement: Placement) -> PlacementEnded:
    """Return the event of a placement that shows no more."""
    return PlacementEnded(**_ids(placement))


def _ids(placement: Placement) -> dict[str, UUID]:
    return {
        "placement_id": placement.id,
        "site_id": placement.site_id,
        "column_id": placement.column_id,
        "resource_id": placement.resource_id,
    }


def _has_canonical(resource_id: UUID) -> bool:
    return Placement.objects.filter(resource_id=resource_id, is_canonical=True).exists()
