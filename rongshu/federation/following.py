"""From events of the library to work for the keeper of the feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

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

QUEUE: Final = "federation-feed"
_BULK: Final = 100
_RECALLS: Final = frozenset({ResourceWithdrawn.kind(), VersionPurged.kind()})
_KINDS: Final = _RECALLS | {
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
        if event.subject_id is not None:
            priority = RECALL if event.kind in _RECALLS else usual
            yield WorkRequest(QUEUE, str(event.subject_id), priority=priority)


def rebuild() -> Iterator[WorkRequest]:
    """Ask for a look at everything that may leave, or once did."""
    leaves = Q(effective_version__isnull=False) | Q(federated_change__isnull=False)
    ids = Resource.objects.filter(leaves).order_by("pk").values_list("pk", flat=True)
    for resource_id in ids.iterator(chunk_size=5000):
        yield WorkRequest(QUEUE, str(resource_id), priority=LISTS)
