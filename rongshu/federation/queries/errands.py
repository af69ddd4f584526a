"""Reports (报送) and offers (下发) as those see them who send them, place them, or manage the federation."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.federation.models import Offer, Partner, Report
from rongshu.federation.permissions import may_hand_over, may_manage_federation, may_take_errands
from rongshu.foundation.guards import get_one
from rongshu.sites.queries.sites import sites_for

Model = type[Report] | type[Offer]

_MOST_SITES: Final = 200


def errands_for(viewer: Viewer, model: Model) -> QuerySet[Any]:
    """Return all for who manages the federation; else one's own, and what is meant for one's sites."""
    rows = model._default_manager.select_related("partner", "column__site", "decided_by", "sent_by")
    if may_manage_federation(viewer):
        return rows
    mine = Q(pk__in=[])
    if viewer.person_id is not None:
        mine |= Q(sent_by_id=viewer.person_id)
    if may_take_errands(viewer):
        for slug in sites_for(viewer).order_by("slug").values_list("slug", flat=True)[:_MOST_SITES]:
            mine |= Q(direction=model.Direction.IN, wish__startswith=f"{slug}/")
    return rows.filter(mine)


def get_errand_for(viewer: Viewer, model: Model, errand_id: UUID) -> Any:
    """Return one of them, or raise `NotFound`."""
    return get_one(errands_for(viewer, model), pk=errand_id)


def waiting_errands(viewer: Viewer, model: Model) -> QuerySet[Any]:
    """Return what came and is still to be decided, the oldest first."""
    rows = errands_for(viewer, model).filter(direction=model.Direction.IN, state=model.State.RECEIVED)
    return rows.order_by("at", "pk")


def partners_to_hand_to(viewer: Viewer, model: Model) -> QuerySet[Partner]:
    """Return to whom resources may be handed over: up to those above, down to those below, or beside."""
    if not may_hand_over(viewer):
        return Partner.objects.none()
    away = Partner.Relation.BELOW if model is Report else Partner.Relation.ABOVE
    return Partner.objects.exclude(relation=away).exclude(state=Partner.State.REFUSED).order_by("name")
