"""Keeping the ledger of changes: events ask for resources to be looked at, one writer notes the moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from rongshu.federation.models import HarvestEntry
from rongshu.foundation import clock, consumers, work
from rongshu.foundation.bulk_rows import upsert_rows
from rongshu.foundation.consumers import Consumer
from rongshu.foundation.leases import Lease, LeaseHeld, hold
from rongshu.foundation.models import Event, Work
from rongshu.foundation.work import WorkRequest
from rongshu.library.events import (
    ResourceBecameEffective,
    ResourceClassified,
    ResourceReinstated,
    ResourceValidityChanged,
    ResourceWithdrawn,
    VersionPurged,
)
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.models.versions import OpenType, ShareType
from rongshu.publishing.queries.shown import sites_showing
from rongshu.sites.events import (
    ColumnMoved,
    ColumnRemoved,
    PlacementBegan,
    PlacementChanged,
    PlacementEnded,
    PlacementMoved,
    SiteStatusChanged,
)
from rongshu.sites.models import Placement

LIBRARY: Final = UUID(int=0)
"""The place that stands for the whole library."""

NAME: Final = "harvest"
_ABOUT_RESOURCES: Final = (
    ResourceBecameEffective, ResourceClassified, ResourceReinstated, ResourceValidityChanged,
    ResourceWithdrawn, VersionPurged, PlacementBegan, PlacementChanged, PlacementEnded, PlacementMoved,
)  # fmt: skip
_ABOUT_SITES: Final = (ColumnMoved, ColumnRemoved, SiteStatusChanged)
_OF_RESOURCES: Final = frozenset(event.kind() for event in _ABOUT_RESOURCES)
_KINDS: Final = _OF_RESOURCES | {event.kind() for event in _ABOUT_SITES}
_AT_ONCE: Final = 200
_SWEPT_AT_ONCE: Final = 500
_ROUNDS: Final = 20


def plan(events: Sequence[Event]) -> Iterator[WorkRequest]:
    """Ask for what events tell of."""
    for event in events:
        if event.kind in _OF_RESOURCES:
            yield _look_at(UUID(event.payload["resource_id"]))
        else:
            yield _sweep(event.payload["site_id"])


def rebuild() -> Iterator[WorkRequest]:
    """Ask for everything that ever was effective: after a restore harvesters hear of all of it again."""
    rows = Resource.objects.filter(published_at__isnull=False).order_by("pk").values_list("pk", flat=True)
    return (_look_at(one) for one in rows.iterator(chunk_size=2000))


def follow() -> None:
    """Follow the events from now on."""
    consumers.register(Consumer(NAME, _KINDS, plan, rebuild))


def keep_ledger() -> bool:
    """Do what is asked for; return whether there was anything. Only one process at a time writes."""
    if not (works := work.take(NAME, "", _AT_ONCE)):
        return False
    try:
        with hold(NAME, seconds=60) as lease:
            for _ in range(_ROUNDS):
                _do(works, lease)
                if not (works := work.take(NAME, "", _AT_ONCE)):
                    break
    except LeaseHeld:
        return False
    return True


def _do(works: Sequence[Work], lease: Lease) -> None:
    for sweep in [one for one in works if one.key.startswith("site:")]:
        _sweep_on(sweep)
    _note([UUID(one.key) for one in works if not one.key.startswith("site:")], lease)
    work.finish(works)
    lease.renew()


def _note(resource_ids: Sequence[UUID], lease: Lease) -> None:
    """Give a new moment to these resources, wherever they can or could be harvested."""
    if not (once_open := _once_open(resource_ids)):
        return
    places = {(one, LIBRARY) for one in once_open}
    places |= {(one, site) for one, sites in _standing(once_open).items() for site in sites}
    known = HarvestEntry.objects.filter(resource_id__in=once_open).values_list("resource_id", "place")
    _write(sorted({*places, *known}), lease)


def _write(rows: Iterable[tuple[UUID, UUID]], lease: Lease) -> None:
    with transaction.atomic():
        lease.check()
        at = clock.now()
        entries = [HarvestEntry(resource_id=one, place=place, at=at) for one, place in rows]
        upsert_rows(entries, key=("resource_id", "place"), changed=("at",))


def _once_open(resource_ids: Sequence[UUID]) -> list[UUID]:
    """Return those of which some version was open to everyone; of the others nobody hears that they exist."""
    rows = ResourceVersion.objects.filter(
        resource_id__in=resource_ids,
        became_effective_at__isnull=False,
        open_type=OpenType.PROACTIVE,
        share_type=ShareType.UNCONDITIONAL,
    )
    return list(rows.values_list("resource_id", flat=True).distinct())


def _standing(resource_ids: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return the sites where those stand that are open to everyone now."""
    now_open = Resource.objects.filter(
        pk__in=resource_ids,
        share_type=ShareType.UNCONDITIONAL,
        effective_version__open_type=OpenType.PROACTIVE,
    )
    return sites_showing(now_open.values_list("pk", flat=True))


def _look_at(resource_id: UUID) -> WorkRequest:
    return WorkRequest(NAME, str(resource_id))


def _sweep(site_id: str, after: str = "") -> WorkRequest:
    return WorkRequest(NAME, f"site:{site_id}", payload={"after": after})


def _sweep_on(sweep: Work) -> None:
    """Ask for what is placed on a site, a portion at a time."""
    site_id, after = sweep.key.removeprefix("site:"), sweep.payload["after"]
    placed = Placement.objects.filter(site_id=site_id).order_by("resource_id")
    placed = placed.filter(resource_id__gt=after) if after else placed
    found = list(placed.values_list("resource_id", flat=True).distinct()[:_SWEPT_AT_ONCE])
    requests = [_look_at(one) for one in found]
    if len(found) == _SWEPT_AT_ONCE:
        requests.append(_sweep(site_id, str(found[-1])))
    work.enqueue(requests, generation=sweep.generation)


def earliest(place: UUID) -> datetime | None:
    """Return the first moment of a repository's ledger."""
    return HarvestEntry.objects.filter(place=place).order_by("at").values_list("at", flat=True).first()
