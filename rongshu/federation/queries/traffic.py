"""The message log, what waits in quarantine and what was confirmed: for who manages the federation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.federation.models import ForeignResource, Message, Offer, Partner, Quarantined, Receipt, Report
from rongshu.federation.permissions import may_manage_federation
from rongshu.federation.queries.statistics import SUMS
from rongshu.foundation import clock
from rongshu.foundation.guards import get_one
from rongshu.library.queries.visibility import visible


def messages_for(viewer: Viewer) -> QuerySet[Message]:
    """Return the log of messages."""
    rows = Message.objects.select_related("partner")
    return rows if may_manage_federation(viewer) else rows.none()


def messages_found(rows: QuerySet[Message], words: str) -> tuple[QuerySet[Message], str]:
    """Return the messages that bear every word in their error, its code, or are named by their digest, or are
    about a resource.

    It is named by its id, or by the title it was reported, sent down or put aside under. A batch is not kept:
    of a resource from elsewhere the one is found that brought its newest state.
    """
    words = words.strip()
    found = [Q(pk__in=_about(pk)) for pk in _named(words)]
    if not _is_id(words):
        # Each by an index of its own: joined into one condition they would read all of a long log.
        found += [Q(pk__in=_in_trouble(words)), Q(pk__in=_with_digest(words))]
    return rows.filter(reduce(or_, found)), ""


_MOST_NAMED: Final = 10
_DIGESTS: Final = ("sha256:", "sm3:")


def _in_trouble(words: str) -> QuerySet[Message, UUID]:
    rows = Message.objects.exclude(error_code="")
    for word in words.split()[:8]:
        rows = rows.filter(Q(error__icontains=word) | Q(error_code__icontains=word))
    return rows.values_list("pk", flat=True)


def _with_digest(words: str) -> QuerySet[Message, UUID]:
    """What begins with these digits; the letter after the last hexadecimal one ends them."""
    rows = Message.objects.filter(digest__gte=words, digest__lt=f"{words}g").exclude(digest="")
    return (rows if words.startswith(_DIGESTS) else rows.none()).values_list("pk", flat=True)


def _about(resource_id: UUID) -> QuerySet[Message, UUID]:
    """What names it in an item, and the pull that brought its newest state: that was logged right after."""
    named = Q(body__icontains=str(resource_id))
    if connection.vendor == "postgresql":
        named = Q(body__contains=[{"resource": str(resource_id)}])  # has an index there
    return Message.objects.filter(named | Q(pk__in=list(_brought(resource_id)))).values_list("pk", flat=True)


def _is_id(words: str) -> bool:
    try:
        return bool(UUID(words))
    except ValueError:
        return False


def _named(words: str) -> set[UUID]:
    if _is_id(words):
        return {UUID(words)}
    titled = (Report.objects, Offer.objects, Quarantined.objects)
    return {
        pk
        for rows in titled
        for pk in rows.filter(title__icontains=words).values_list("resource_id", flat=True)[:_MOST_NAMED]
    }


def _brought(resource_id: UUID) -> Iterator[UUID]:
    for partner_id, at in ForeignResource.objects.filter(pk=resource_id).values_list(
        "partner", "received_at"
    ):
        pulls = Message.objects.filter(partner=partner_id, kind=Message.Kind.PULL, at__gte=at)
        yield from pulls.order_by("at").values_list("pk", flat=True)[:1]


def get_message_for(viewer: Viewer, message_id: UUID) -> Message:
    """Return one message, or raise `NotFound`."""
    return get_one(messages_for(viewer), pk=message_id)


@dataclass(frozen=True, slots=True)
class Lately:
    """What passed between a partner and us in the last day: records, bytes over the line, failed messages."""

    received: int
    given: int
    bytes_in: int
    bytes_out: int
    failed: int


def lately_with(viewer: Viewer, partner: Partner) -> Lately:
    """Return what was exchanged with a partner in the last 24 hours."""
    rows = messages_for(viewer).filter(partner=partner, at__gte=clock.now() - timedelta(days=1))
    sums = rows.aggregate(**SUMS)
    return Lately(**{name: value or 0 for name, value in sums.items()})


def titles_of(viewer: Viewer, resource_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the titles readers know resources by; of drafts only those the viewer may read."""
    rows = visible(viewer).filter(pk__in=list(resource_ids))
    named = rows.values_list("pk", "effective_version__title", "working_version__title")
    return {pk: shown or written for pk, shown, written in named if shown or written}


def quarantined_for(viewer: Viewer) -> QuerySet[Quarantined]:
    """Return the records that could not come in."""
    rows = Quarantined.objects.select_related("partner")
    return rows if may_manage_federation(viewer) else rows.none()


def get_quarantined_for(viewer: Viewer, quarantined_id: UUID) -> Quarantined:
    """Return one of them, or raise `NotFound`."""
    return get_one(quarantined_for(viewer), pk=quarantined_id)


def receipts_for(viewer: Viewer) -> QuerySet[Receipt]:
    """Return what other nodes confirmed."""
    rows = Receipt.objects.select_related("partner")
    return rows if may_manage_federation(viewer) else rows.none()
