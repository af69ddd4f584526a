"""From events to work: which sites have to look at what. Which pages that means, their manifests know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from uuid import UUID

from rongshu.foundation import work
from rongshu.foundation.consumers import Consumer
from rongshu.foundation.models import Event
from rongshu.foundation.work import WorkRequest
from rongshu.library import events as library
from rongshu.organizations import events as organizations
from rongshu.publishing.events import PicturesScaled
from rongshu.publishing.keys import reads_resource
from rongshu.publishing.models import ForeignRead
from rongshu.sites import events as sites
from rongshu.sites.models import Placement, Site

QUEUE: Final = "publishing"
FULL: Final = "full"
FRAMES: Final = "frames"
RESOURCE: Final = "resource"  # it says something else
PLACED: Final = "placed"  # it may stand elsewhere, first or no more
INSPECT: Final = "inspect"

REINSTATED: Final = 10
# More changed resources than this in one plan are a bulk run: a person's edit goes before them.
_BULK: Final = 100

_RECALLS: Final = {library.ResourceWithdrawn.kind(), library.VersionPurged.kind()}
_OF_ONE_RESOURCE: Final = {
    library.ResourceBecameEffective.kind(),
    library.ResourceWithdrawn.kind(),
    library.ResourceReinstated.kind(),
    library.VersionPurged.kind(),
    library.ResourceValidityChanged.kind(),
    library.ResourceOriginChanged.kind(),
    sites.PlacementBegan.kind(),
    sites.PlacementEnded.kind(),
    sites.PlacementChanged.kind(),
    sites.PlacementMoved.kind(),
    PicturesScaled.kind(),
}
_MOVING: Final = _OF_ONE_RESOURCE - {
    library.ResourceValidityChanged.kind(), library.ResourceOriginChanged.kind(), PicturesScaled.kind(),
}  # fmt: skip
_OF_TWO_RESOURCES: Final = {library.ResourcesRelated.kind(), library.ResourcesUnrelated.kind()}
_OF_A_TOPIC: Final = {library.TopicMembersChanged.kind()}
_OF_ONE_SITE: Final = {
    sites.ThemeChanged.kind(),
    sites.ColumnChanged.kind(),
    sites.ColumnMoved.kind(),
    sites.ColumnRemoved.kind(),
    sites.BlocksChanged.kind(),
    sites.VerificationFilesChanged.kind(),
    sites.LegacyAddressesKept.kind(),
}
_OF_ALL_SITES: Final = {sites.SiteChanged.kind(), sites.SiteStatusChanged.kind()}
_OF_AN_ORGANIZATION: Final = {organizations.OrganizationRenamed.kind()}
_OF_A_TYPE: Final = {library.ResourceTypeChanged.kind()}
_OF_NAMES: Final = {library.CategoryRenamed.kind(), *_OF_A_TYPE}
_SHOWN_SCHEMES: Final = {"theme": "theme_code", "genre": "genre_code", "base": "base_code"}


def work_key(site_id: UUID, what: str) -> str:
    """The key of work for one site."""
    return f"{site_id.hex}:{what}"


def request(site_id: UUID, what: str, priority: int) -> WorkRequest:
    """Ask one site to look at something."""
    return WorkRequest(QUEUE, work_key(site_id, what), str(site_id), priority)


def resource_work(resource_id: UUID, *, is_replaced: bool) -> str:
    """Look at a resource: its page, and everything that shows it or has to show it now."""
    return f"{PLACED if is_replaced else RESOURCE}:{resource_id.hex}"


def plan(events: Sequence[Event]) -> Iterator[WorkRequest]:
    """Turn events into work."""
    urgency: dict[tuple[UUID, bool], int] = {}
    of_sites: dict[UUID, int] = {}
    for event in events:
        for resource_id in _resources_of(event):
            priority, change = _urgency_of(event), (resource_id, _may_move(event))
            urgency[change] = min(priority, urgency.get(change, priority))
        of_sites.update(dict.fromkeys(_sites_of(event), work.EDIT))
        if event.kind in _OF_NAMES:
            yield from full_publication(_sites_showing(event))
    yield from (request(site_id, FRAMES, priority) for site_id, priority in of_sites.items())
    yield from _resource_requests(urgency)


def rebuild() -> Iterator[WorkRequest]:
    """Ask every site for everything: there is no cursor, or the stream has another epoch."""
    for site_id in Site.objects.order_by("id").values_list("id", flat=True):
        yield request(site_id, FULL, work.FULL_PUBLICATION)


def full_publication(site_ids: Iterable[UUID]) -> list[WorkRequest]:
    """Ask sites for every page they have."""
    return [request(site_id, FULL, work.FULL_PUBLICATION) for site_id in site_ids]


CONSUMER: Final = Consumer(
    name="publisher",
    kinds=frozenset(
        _OF_ONE_RESOURCE
        | _OF_TWO_RESOURCES
        | _OF_A_TOPIC
        | _OF_ONE_SITE
        | _OF_ALL_SITES
        | _OF_AN_ORGANIZATION
        | _OF_NAMES
    ),
    plan=plan,
    rebuild=rebuild,
)


def _resources_of(event: Event) -> list[UUID]:
    if event.kind in _OF_ONE_RESOURCE:
        return [UUID(event.payload["resource_id"])]
    if event.kind in _OF_TWO_RESOURCES:
        return [UUID(event.payload["source_id"]), UUID(event.payload["target_id"])]
    if event.kind in _OF_A_TOPIC:
        return [UUID(event.payload["topic_id"])]
    return []


def _may_move(event: Event) -> bool:
    """Whether lists may have to take the resource in, let it go, or put it elsewhere.

    An edit is none of this; should it bring a resource back to readers, its lists' chunks tell.
    """
    if event.kind == library.ResourceBecameEffective.kind():
        return bool(event.payload["is_first"])
    return event.kind in _MOVING


def _urgency_of(event: Event) -> int:
    if event.kind in _RECALLS or event.kind == sites.PlacementEnded.kind():
        return work.RECALL
    if event.kind == PicturesScaled.kind():
        return work.LISTS  # readers have the picture already, only larger
    return REINSTATED if event.kind == library.ResourceReinstated.kind() else work.EDIT


def _sites_of(event: Event) -> Iterable[UUID]:
    if event.kind in _OF_ONE_SITE:
        return [UUID(event.payload["site_id"])]
    if event.kind in _OF_ALL_SITES:
        # Sites name each other: in their link blocks, as parents, in canonical links.
        return Site.objects.values_list("id", flat=True)
    if event.kind in _OF_AN_ORGANIZATION:
        return Site.objects.filter(sponsor_id=event.payload["organization_id"]).values_list("id", flat=True)
    return []


def _sites_showing(event: Event) -> Iterable[UUID]:
    """The sites on which something bears the name that changed."""
    shown = Placement.objects.filter(state=Placement.State.SHOWING)
    if event.kind in _OF_A_TYPE:
        shown = shown.filter(resource__type_id=event.payload["type_id"])
    elif event.payload["scheme"] in _SHOWN_SCHEMES:
        field = f"resource__effective_version__{_SHOWN_SCHEMES[event.payload['scheme']]}"
        shown = shown.filter(**{field: event.payload["code"]})
    else:
        shown = shown.filter(resource__classifications__category_id=event.payload["category_id"])
    return shown.order_by().values_list("site_id", flat=True).distinct()


def _resource_requests(urgency: dict[tuple[UUID, bool], int]) -> Iterator[WorkRequest]:
    is_bulk = len(urgency) > _BULK
    changes: dict[UUID, list[tuple[bool, int]]] = {}
    for (resource_id, is_replaced), priority in urgency.items():
        lowered = work.LISTS if is_bulk and priority == work.EDIT else priority
        changes.setdefault(resource_id, []).append((is_replaced, lowered))
    resource_ids = list(changes)
    for start in range(0, len(resource_ids), 400):
        for site_id, resource_id in _where(resource_ids[start : start + 400]):
            for is_replaced, priority in changes[resource_id]:
                yield request(site_id, resource_work(resource_id, is_replaced=is_replaced), priority)


def _where(resource_ids: Sequence[UUID]) -> Iterator[tuple[UUID, UUID]]:
    """The sites on which resources are placed, and those that read them from elsewhere."""
    placed = Placement.objects.filter(resource_id__in=resource_ids).values_list("site_id", "resource_id")
    yield from placed.distinct()
    keys = {reads_resource(one): one for one in resource_ids}
    for site_id, key in ForeignRead.objects.filter(key__in=list(keys)).values_list("site_id", "key"):
        yield site_id, keys[key]
