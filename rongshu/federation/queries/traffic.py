"""The message log, what waits in quarantine and what was confirmed: for who manages the federation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import and_, or_
from typing import Final
from uuid import UUID

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
    """Return the messages that bear every word in error, code or digest, or that are about a resource.

    It is named by its id, or by the title it was reported, sent down or put aside under. A batch is not kept:
    of a resource from elsewhere the one is found that brought its newest state.
    """
    plain: Iterable[Q] = (
        reduce(or_, (Q(**{f"{field}__icontains": word}) for field in _SEARCHED)) for word in words.split()[:8]
    )
    about: Iterable[Q] = (Q(body__icontains=str(pk)) | Q(pk__in=_brought(pk)) for pk in _named(words.strip()))
    return rows.filter(reduce(or_, about, reduce(and_, plain, Q()))), ""


_SEARCHED: Final = ("error", "error_code", "digest")
_MOST_NAMED: Final = 10


def _named(words: str) -> set[UUID]:
    try:
        return {UUID(words)}
    except ValueError:
        pass
    titled = (Report.objects, Offer.objects, Quarantined.objects)
    return {
        pk
        for rows in titled
        for pk in rows.filter(title__icontains=words).values_list("resource_id", flat=True)[:_MOST_NAMED]
    }


def _brought(resource_id: UUID) -> Iterator[UUID]:
    """Yield the pull by which the newest state of a foreign resource came: it was logged right after."""
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


def titles_of(viewer: Viewer, receipts: Iterable[Receipt]) -> dict[UUID, str]:
    """Return the titles readers know resources of receipts by; of drafts only those the viewer may read."""
    rows = visible(viewer).filter(pk__in=[one.resource_id for one in receipts])
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
