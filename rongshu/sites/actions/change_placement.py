"""Change how a placement stands in its column: pin, order, title, times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.text import normalise_line
from rongshu.sites.actions.approve_placement import lock
from rongshu.sites.actions.place_resource import check_times
from rongshu.sites.errors import PlacementMalformed, StatusForbids
from rongshu.sites.models import Placement
from rongshu.sites.permissions import may_place_in
from rongshu.sites.placing import require_taking, settle, tell

HIGHEST_PIN = 9


def pin_placement(*, actor: Actor, placement: Placement, pin: int) -> Placement:
    """Pin a placement on page one: 1–9, higher stands first; 0 takes the pin away."""
    if not 0 <= pin <= HIGHEST_PIN:
        raise PlacementMalformed("置顶级别须为 0–9。", fields={"pin": "须为 0–9"})
    return _change(actor, placement, "placement.pinned", pin=pin)


def order_placement(*, actor: Actor, placement: Placement, manual_order: int | None) -> Placement:
    """Give a placement a place of its own on page one (lower first); None takes it back to its date."""
    return _change(actor, placement, "placement.ordered", manual_order=manual_order)


def rename_placement(*, actor: Actor, placement: Placement, display_title: str) -> Placement:
    """Show a resource under another title in this column; empty shows its own."""
    title = normalise_line(display_title)
    if len(title) > 200:
        raise PlacementMalformed("显示标题不得超过 200 字。", fields={"display_title": "不得超过 200 字"})
    return _change(actor, placement, "placement.renamed", display_title=title)


def schedule_placement(
    *, actor: Actor, placement: Placement, visible_from: datetime | None, visible_until: datetime | None
) -> Placement:
    """Set from when until when readers see it (None: no limit); the clock begins and ends it."""
    check_times(visible_from, visible_until)
    return _change(
        actor, placement, "placement.scheduled", visible_from=visible_from, visible_until=visible_until
    )


def _change(actor: Actor, placement: Placement, deed: str, **values: Any) -> Placement:
    with transaction.atomic():
        placement = lock(placement)
        require(may_place_in(viewer_for(actor), placement.column))
        require_taking(placement.column)
        if placement.state == Placement.State.REMOVED:
            raise StatusForbids("该内容已从栏目移除，请重新放入栏目。")
        before = {name: str(getattr(placement, name)) for name in values}
        if all(getattr(placement, name) == value for name, value in values.items()):
            return placement
        for name, value in values.items():
            setattr(placement, name, value)
        tell(settle(placement, placement.resource, placement.column), actor.id)
        record(actor, deed, placement, former=before, **{name: str(value) for name, value in values.items()})
    return placement
