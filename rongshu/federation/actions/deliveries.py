"""What pulls bring in, approved as one batch: under the mandate for its source and site, or by persons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.db import transaction

from rongshu.federation.models import Delivery, ForeignResource, Message, Partner, PartnerRoute
from rongshu.federation.queries.entitlement import is_among
from rongshu.foundation import clock
from rongshu.foundation.errors import RongshuError
from rongshu.library.actions.batches import approve_batch, close_batch, open_batch
from rongshu.library.models import Approval, ApprovalBatch
from rongshu.library.queries import batch_versions, mandate_in_force
from rongshu.sites.actions.place_many import place_many
from rongshu.sites.models import Column

LARGEST: Final = 5000
"""Records after which a batch is closed and approved, so that a first synchronisation shows as it goes."""


def open_delivery(partner: Partner) -> Delivery:
    """Return the delivery that what comes now belongs to, beginning one where there is none.

    One that was closed and not finished, because its process was killed, takes nothing more.
    """
    taking = partner.deliveries.filter(state=Delivery.State.OPEN, batch__status=ApprovalBatch.Status.OPEN)
    found = taking.select_related("batch").first()
    if found is not None:
        return found
    with transaction.atomic():
        batch = open_batch(
            actor=partner.steward,
            kind="federation",
            source=partner.source,
            target_site_id=partner.target_site_id,
        )
        return Delivery.objects.create(partner=partner, batch=batch)


def is_large(partner: Partner) -> bool:
    """Whether so much has come that it is to be shown before more comes."""
    return partner.deliveries.filter(state=Delivery.State.OPEN, count__gte=LARGEST).exists()


def finish_deliveries(partner: Partner) -> int:
    """Close what came and make it effective as far as it is approved; return how many versions became so.

    Safe to repeat: an interrupted one goes on where it stopped. Without a mandate it waits for its signers,
    and so it does when it may not be approved or placed as was agreed.
    """
    unfinished = partner.deliveries.exclude(state=Delivery.State.DONE).select_related("batch")
    return sum(_finish_or_wait(partner, delivery) for delivery in unfinished.order_by("at", "id"))


def _finish_or_wait(partner: Partner, delivery: Delivery) -> int:
    """What is refused here (a signer has left, a column was closed) is no failure of the partner's."""
    try:
        return _finish(partner, delivery)
    except RongshuError as error:
        if delivery.state != Delivery.State.WAITING:
            _log(partner, delivery, error)
        return _end(delivery, Delivery.State.WAITING)


def _log(partner: Partner, delivery: Delivery, error: RongshuError) -> None:
    Message.objects.create(
        partner=partner, direction=Message.Direction.IN, kind=Message.Kind.PULL,
        status=Message.Status.FAILED, details={"batch": str(delivery.batch_id), "held": delivery.count},
        error_code=error.code[:60], error=error.message[:500], ended_at=clock.now(),
    )  # fmt: skip


def _finish(partner: Partner, delivery: Delivery) -> int:
    batch = delivery.batch
    if batch.status == ApprovalBatch.Status.REJECTED:
        return _end(delivery, Delivery.State.DONE)
    if batch.status == ApprovalBatch.Status.OPEN:
        batch = close_batch(actor=partner.steward, batch=batch)
    site_id = batch.target_site_id
    mandate = mandate_in_force(source=partner.source, target_site_id=site_id) if site_id else None
    if batch.status == ApprovalBatch.Status.WAITING and mandate is None:
        return _end(delivery, Delivery.State.WAITING)
    done = approve_batch(actor=partner.steward, batch=batch, mandate=mandate)
    _place(partner, batch)
    _end(delivery, Delivery.State.DONE)
    return done


def _end(delivery: Delivery, state: str) -> int:
    if delivery.state != state:
        Delivery.objects.filter(pk=delivery.pk).update(state=state)
    return 0


def _place(partner: Partner, batch: ApprovalBatch) -> None:
    """Put what came into the columns its routes name, under the batch's approval."""
    routes = list(PartnerRoute.objects.filter(partner=partner).select_related("column__site"))
    if not routes:
        return
    approval = Approval.objects.get(batch=batch, outcome=Approval.Outcome.APPROVED)
    place_many(actor=partner.steward, pairs=_pairs(routes, batch), approval=approval)


def _pairs(routes: list[PartnerRoute], batch: ApprovalBatch) -> Iterator[tuple[UUID, Column]]:
    ids = batch_versions(batch).filter(effective_of__isnull=False).values_list("resource_id", flat=True)
    foreign = ForeignResource.objects.filter(resource_id__in=ids).order_by("pk")
    for resource_id, header in foreign.values_list("pk", "header").iterator(chunk_size=1000):
        for route in routes:
            if is_among(frozenset({route.category}), header["categories"]):
                yield resource_id, route.column
