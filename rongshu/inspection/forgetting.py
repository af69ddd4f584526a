"""The consumer "inspection": what was found in a purged version, or read in its pictures, goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rongshu.foundation.consumers import Consumer
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.foundation.models import Event
from rongshu.foundation.work import RECALL, WorkRequest, finish, take
from rongshu.inspection.models import Inspection, PictureText
from rongshu.library.events import VersionPurged
from rongshu.library.models import StoredFile

QUEUE: Final = "inspection-purges"


def purge_consumer() -> Consumer:
    """Return the consumer to register."""
    return Consumer("inspection", frozenset({VersionPurged.kind()}), plan, rebuild)


def plan(events: Sequence[Event]) -> Iterator[WorkRequest]:
    """Ask for every purged version."""
    for event in events:
        yield WorkRequest(QUEUE, str(event.payload["version_id"]), priority=RECALL)


def rebuild() -> Iterator[WorkRequest]:
    """Ask for every version that is purged and was inspected."""
    rows = Inspection.objects.filter(version__purged_at__isnull=False)
    for version_id in rows.values_list("version_id", flat=True).distinct():
        yield WorkRequest(QUEUE, str(version_id), priority=RECALL)


def forget_purged() -> bool:
    """Erase the findings of some purged versions; return whether there were any. A duty of the worker."""
    if not take(QUEUE, "", limit=1):
        return False
    try:
        with hold(f"queue/{QUEUE}", seconds=120):
            works = take(QUEUE, "", limit=50)
            Inspection.objects.filter(version_id__in=[work.key for work in works]).delete()
            erased = StoredFile.objects.filter(erased_at__isnull=False)
            PictureText.objects.filter(digest__in=erased.values("digest")).delete()
            finish(works)
    except LeaseHeld:
        return False
    return True
