"""Show what a partner above has sent down as mandatory: by the standing approval of its route."""

from __future__ import annotations

import structlog
from django.db import transaction
from django.db.models import Q

from rongshu.federation.actions.queue_messages import queue_message
from rongshu.federation.models import Message, Offer, Partner, PartnerRoute
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.errors import RongshuError
from rongshu.library.models import Approval, Resource
from rongshu.sites.actions.place_many import place_many

log = structlog.get_logger("rongshu.federation")
MANDATORY = "offer"
"""The category of the route by which mandatory offers of a partner are placed."""


def place_mandatory() -> int:
    """Place mandatory offers whose resource is here and in effect; return how many were.

    Where nobody has made a route for a partner's offers they wait, and are seen among what is to be decided.
    """
    rows = PartnerRoute.objects.filter(category=MANDATORY).values("partner_id")
    waiting = Offer.objects.filter(_IS_WAITING, partner_id__in=rows).values("partner_id")
    return sum(_place_for(partner) for partner in Partner.objects.filter(pk__in=waiting))


_IS_WAITING = Q(direction=Offer.Direction.IN, state=Offer.State.RECEIVED, is_mandatory=True)


def _place_for(partner: Partner) -> int:
    route = PartnerRoute.objects.filter(partner=partner, category=MANDATORY).select_related("column").first()
    if route is None:
        return 0
    # Those whose resource is here alone: what never comes may not keep the others waiting.
    here = Resource.objects.filter(effective_version__isnull=False).values("pk")
    waiting = Offer.objects.filter(_IS_WAITING, partner=partner, resource_id__in=here)
    try:
        return sum(_place(partner, offer, route) for offer in waiting.order_by("at", "id")[:100])
    except RongshuError as error:
        # The column was closed, or the steward may place no more: offers of other partners go on.
        log.warning("federation.offers-wait", partner=str(partner.pk), code=error.code, fields=error.fields)
        return 0


def _place(partner: Partner, offer: Offer, route: PartnerRoute) -> bool:
    resource = Resource.objects.select_related("effective_version").filter(pk=offer.resource_id).first()
    if resource is None or resource.effective_version is None:
        return False
    batch_id = resource.effective_version.batch_id
    approval = Approval.objects.filter(batch_id=batch_id, outcome=Approval.Outcome.APPROVED).first()
    place_many(
        actor=partner.steward, pairs=[(resource, route.column)], approval=approval if batch_id else None
    )
    with transaction.atomic():
        offer.state, offer.column, offer.decided_at = Offer.State.ACCEPTED, route.column, clock.now()
        offer.save(update_fields=["state", "column", "decided_at"])
        record(partner.steward, "federation.offer-accepted", offer)
        item = {"kind": "offer", "id": str(offer.pk), "state": "accepted", "reason": "", "by": ""}
        queue_message(partner, Message.Kind.RECEIPT, [item])
    return True
