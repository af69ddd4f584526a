"""Put the hand-ordered placements of a column into an order of their own."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.sites.actions.change_placement import order_placement
from rongshu.sites.errors import PlacementMalformed
from rongshu.sites.models import Column, Placement
from rongshu.sites.permissions import may_place_in

MOST_ORDERED = 100


def order_placements(*, actor: Actor, column: Column, placement_ids: Sequence[UUID]) -> list[Placement]:
    """Let exactly these placements stand first in this order; others go back to their date (P2-14)."""
    if len(set(placement_ids)) != len(placement_ids) or len(placement_ids) > MOST_ORDERED:
        raise PlacementMalformed(f"手工排序的内容不得重复，且不超过 {MOST_ORDERED} 条。")
    with transaction.atomic():
        column = Column.objects.select_for_update(of=("self",)).select_related("site").get(pk=column.pk)
        require(may_place_in(viewer_for(actor), column))
        standing = Placement.objects.filter(column=column).exclude(state=Placement.State.REMOVED)
        chosen = standing.in_bulk(placement_ids)
        if len(chosen) != len(placement_ids):
            raise PlacementMalformed("有内容已不在这个栏目，请刷新页面后再排序。")
        for placement in standing.filter(manual_order__isnull=False).exclude(pk__in=placement_ids):
            order_placement(actor=actor, placement=placement, manual_order=None)
        ordered = [
            order_placement(actor=actor, placement=chosen[each], manual_order=place)
            for place, each in enumerate(placement_ids, start=1)
        ]
        record(actor, "placements.ordered", column, order=[str(each) for each in placement_ids])
    return ordered
