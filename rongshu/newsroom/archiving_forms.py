"""The consumer "review-forms": the form of every published case goes into the store."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from uuid import UUID

from django.template.loader import render_to_string

from rongshu.foundation import storage
from rongshu.foundation.audit import acting_via
from rongshu.foundation.canonical_json import canonical_json
from rongshu.foundation.consumers import Consumer
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.foundation.models import Event
from rongshu.foundation.work import LISTS, RECALL, WorkRequest, fail, finish, take
from rongshu.library.events import VersionPurged
from rongshu.newsroom.events import ReviewMoved
from rongshu.newsroom.machine import State
from rongshu.newsroom.models import Review, ReviewForm
from rongshu.newsroom.queries.review_forms import form_of

QUEUE: Final = "review-forms"
_ERASE: Final = "erase:"


def forms_consumer() -> Consumer:
    """Return the consumer to register."""
    return Consumer("review-forms", frozenset({ReviewMoved.kind(), VersionPurged.kind()}), plan, rebuild)


def plan(events: Sequence[Event]) -> Iterable[WorkRequest]:
    """Ask for the form of every case that was published, and for the erasure of a purged version's."""
    for event in events:
        if event.kind == VersionPurged.kind():
            yield WorkRequest(QUEUE, f"{_ERASE}{event.payload['version_id']}", priority=RECALL)
        elif event.payload.get("to_state") == State.PUBLISHED:
            yield WorkRequest(QUEUE, str(event.payload["review_id"]), priority=LISTS)


def rebuild() -> Iterator[WorkRequest]:
    """Ask for every form that is not there."""
    missing = Review.objects.filter(state=State.PUBLISHED, form__isnull=True).order_by("pk")
    for review_id in missing.values_list("pk", flat=True).iterator():
        yield WorkRequest(QUEUE, str(review_id), priority=LISTS)


def archive_forms() -> bool:
    """Archive the forms that wait; return whether there was one. A duty of the worker."""
    waiting = take(QUEUE, "", limit=20)
    if not waiting:
        return False
    try:
        with hold(f"queue/{QUEUE}", seconds=300), acting_via("clock"):
            for work in waiting:
                try:
                    _do(work.key)
                except Exception as error:  # noqa: BLE001 - one failing form must not stop the others
                    fail(work, error)
                else:
                    finish([work])
    except LeaseHeld:
        return False
    return True


def _do(key: str) -> None:
    if key.startswith(_ERASE):
        erase_forms(key.removeprefix(_ERASE))
    else:
        archive_form(key)


def erase_forms(version_id: str) -> None:
    """Erase what the store holds of a purged version's forms; their digests stay."""
    for row in ReviewForm.objects.filter(review__version=UUID(version_id)):
        storage.erase(row.json_digest)
        storage.erase(row.html_digest)


def archive_form(review_id: str) -> ReviewForm | None:
    """Put a published case's form into the store as JSON and as a page; what is there stays."""
    reviews = Review.objects.select_related("version", "resource", "owner", "flow", "column__site")
    review = reviews.filter(pk=review_id, state=State.PUBLISHED).first()
    if review is None or review.version.purged_at is not None:
        return None
    form = form_of(review)
    page = render_to_string("newsroom/reviews/form_archive.html", {"form": form})
    digests = [storage.put(io.BytesIO(content)).digest for content in (canonical_json(form), page.encode())]
    row, _ = ReviewForm.objects.get_or_create(
        review=review, defaults={"json_digest": digests[0], "html_digest": digests[1]}
    )
    return row
