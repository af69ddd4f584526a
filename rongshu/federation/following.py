"""From events of the library to work for the keeper of the feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from uuid import UUID

from django.db.models import Q

from rongshu.foundation.consumers import Consumer, register
from rongshu.foundation.models import Event
from rongshu.foundation.work import EDIT, LISTS, RECALL, WorkRequest
from rongshu.library.events import (
    ResourceBecameEffective,
    ResourceReinstated,
    ResourceSharingChanged,
    ResourceValidityChanged,
    ResourceWithdrawn,
    VersionPurged,
)
from rongshu.library.models import Resource
from rongshu.organizations.events import OrganizationRenamed

QUEUE: Final = "federation-feed"
_BULK: Final = 100
_OF_OWNER: Final = "owner:"
_SWEPT: Final = 500
"""Resources of a renamed owner that are looked at in one step: SQLite's write lock is held shortly."""
_RENAMED: Final = OrganizationRenamed.kind()
_RECALLS: Final = frozenset({ResourceWithdrawn.kind(), VersionPurged.kind()})
_KINDS: Final = _RECALLS | {
    _RENAMED,
    ResourceBecameEffective.kind(),
    ResourceReinstated.kind(),
    ResourceSharingChanged.kind(),
    ResourceValidityChanged.kind(),
}


def follow() -> None:
    """Make the consumer known."""
    register(Consumer("federation", _KINDS, plan, rebuild))


def plan(events: Sequence[Event]) -> Iterable[WorkRequest]:
    """Ask for a look at every resource that an event tells of; recalls first."""
    usual = LISTS if len(events) > _BULK else EDIT
    for event in events:
        if event.kind == _RENAMED:
            yield sweep(str(event.subject_id))
        elif event.subject_id is not None:
            yield look_at(event.subject_id, RECALL if event.kind in _RECALLS else usual)


def look_at(resource_id: UUID, priority: int = EDIT) -> WorkRequest:
    """Ask for a look at one resource, usually before whatever comes in bulk."""
    return WorkRequest(QUEUE, str(resource_id), priority=priority)


def sweep(owner: str = "", after: str = "") -> WorkRequest:
    """Ask for a look at all that an organisation owns or publishes, or at everything in the feed."""
    return WorkRequest(QUEUE, f"{_OF_OWNER}{owner}:{after}", priority=LISTS)


def is_sweep(key: str) -> bool:
    """Whether the work is to look at all of one owner."""
    return key.startswith(_OF_OWNER)


def step_of_sweep(key: str) -> list[WorkRequest]:
    """Return looks at the next resources whose records name an organisation, and the step after them."""
    owner, _, after = key.removeprefix(_OF_OWNER).partition(":")
    named = Q(owner_id=owner) | Q(effective_version__publisher_id=owner) if owner else Q()
    rows = Resource.objects.filter(named, federated_change__isnull=False).order_by("pk")
    rows = rows.filter(pk__gt=after) if after else rows
    found = list(rows.values_list("pk", flat=True)[:_SWEPT])
    looks = [look_at(pk, LISTS) for pk in found]
    if len(found) == _SWEPT:
        looks.append(sweep(owner, str(found[-1])))
    return looks


def rebuild() -> Iterator[WorkRequest]:
    """Ask for a look at everything that may leave, or once did."""
    leaves = Q(effective_version__isnull=False) | Q(federated_change__isnull=False)
    ids = Resource.objects.filter(leaves).order_by("pk").values_list("pk", flat=True)
    for resource_id in ids.iterator(chunk_size=5000):
        yield look_at(resource_id, LISTS)
