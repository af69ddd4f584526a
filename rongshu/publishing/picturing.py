"""The consumer "pictures" and its duty: sizes of the pictures of what becomes effective."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from uuid import UUID

from django.db.models import F, QuerySet

from rongshu.foundation.consumers import Consumer
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.foundation.models import Event, Work
from rongshu.foundation.work import LISTS, RECALL, WorkRequest, fail, finish, take
from rongshu.library import events as library
from rongshu.library.models import VersionFile
from rongshu.publishing.actions.scale_pictures import erase_orphaned_renditions, scale_pictures_of
from rongshu.publishing.scaling import SCALABLE

QUEUE: Final = "pictures"
LANE: Final = "pictures"
_ERASURES: Final = "erased"
_AT_ONCE: Final = 500
_PORTION: Final = 50
_A_WHILE: Final = 1.0  # seconds; then whoever shows the pictures gets a turn


def plan(events: Sequence[Event]) -> Iterator[WorkRequest]:
    """Ask for the pictures of versions that have any; after a purge, for an erasure."""
    versions = [
        UUID(event.payload["version_id"])
        for event in events
        if event.kind == library.ResourceBecameEffective.kind()
    ]
    for start in range(0, len(versions), _AT_ONCE):
        uses = _pictures().filter(version_id__in=versions[start : start + _AT_ONCE])
        yield from _requests(uses.values_list("version_id", flat=True).distinct())
    if any(event.kind == library.VersionPurged.kind() for event in events):
        yield WorkRequest(QUEUE, _ERASURES, priority=RECALL)


def rebuild() -> Iterator[WorkRequest]:
    """Ask for the pictures of everything effective."""
    yield WorkRequest(QUEUE, _ERASURES, priority=RECALL)
    effective = _pictures().filter(version__resource__effective_version_id=F("version_id"))
    yield from _requests(effective.values_list("version_id", flat=True).distinct().iterator())


CONSUMER: Final = Consumer(
    name="pictures",
    kinds=frozenset({library.ResourceBecameEffective.kind(), library.VersionPurged.kind()}),
    plan=plan,
    rebuild=rebuild,
)


def scale_next() -> bool:
    """Scale the pictures of the versions that wait longest, for about a second; a duty of the worker.

    Return whether there was one.
    """
    if not take(QUEUE, "", limit=1):
        return False
    try:
        with hold(f"queue/{QUEUE}", seconds=600):
            until = time.monotonic() + _A_WHILE
            for work in take(QUEUE, "", limit=_PORTION):
                _try(work)
                if time.monotonic() >= until:
                    break
    except LeaseHeld:
        return False
    return True


def _try(work: Work) -> None:
    try:
        _do(work.key)
    except Exception as error:  # noqa: BLE001 - one failing picture must not stop the others
        fail(work, error)
    else:
        finish([work])


def _do(key: str) -> None:
    if key == _ERASURES:
        erase_orphaned_renditions()
    else:
        scale_pictures_of(version_id=UUID(key))


def _pictures() -> QuerySet[VersionFile]:
    return VersionFile.objects.filter(file__media_type__in=SCALABLE, file__erased_at__isnull=True)


def _requests(version_ids: Iterable[UUID]) -> Iterator[WorkRequest]:
    return (WorkRequest(QUEUE, str(one), priority=LISTS) for one in version_ids)
