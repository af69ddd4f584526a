"""Say into which of our columns a partner's records go."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.federation.errors import PartnerMalformed
from rongshu.federation.models import Partner, PartnerRoute
from rongshu.federation.permissions import may_manage_federation
from rongshu.foundation.audit import record
from rongshu.foundation.guards import get_one
from rongshu.sites.models import Column


def add_route(*, actor: Person, partner: Partner, category: str, column: Column) -> PartnerRoute:
    """Let what of a category comes next stand in a column, under the approval of its batch."""
    if partner.target_site_id is not None and column.site_id != partner.target_site_id:
        raise PartnerMalformed(fields={"column": "它的资源按约定进入另一个网站，请选那个网站的栏目"})
    with transaction.atomic():
        partner = Partner.objects.select_for_update().get(pk=partner.pk)
        require(may_manage_federation(viewer_for(actor)))
        route, is_new = PartnerRoute.objects.get_or_create(partner=partner, category=category, column=column)
        if partner.target_site_id is None:
            # The mandate for what comes is given for one source and one site.
            partner.target_site_id = column.site_id
            partner.save(update_fields=["target_site"])
        if is_new:
            record(actor, "federation.route-added", partner, category=category, column=str(column.pk))
    return route


def remove_route(*, actor: Person, partner: Partner, route_id: UUID) -> None:
    """Let nothing more come into a column; what stands there stays."""
    with transaction.atomic():
        partner = Partner.objects.select_for_update().get(pk=partner.pk)
        require(may_manage_federation(viewer_for(actor)))
        route = get_one(PartnerRoute.objects.filter(partner=partner), pk=route_id)
        record(
            actor, "federation.route-removed", partner, category=route.category, column=str(route.column_id)
        )
        route.delete()
