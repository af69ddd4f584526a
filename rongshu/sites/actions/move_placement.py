"""Move a placement to another column of its site, or remove it."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.events import announce
from rongshu.sites.actions.approve_placement import lock
from rongshu.sites.approving import sign
from rongshu.sites.errors import PlacementMalformed, StatusForbids
from rongshu.sites.events import PlacementMoved
from rongshu.sites.models import Column, Placement
from rongshu.sites.permissions import may_approve_in, may_place_in
from rongshu.sites.placing import ended, hand_over_canonical, keep_due, require_taking, settle, tell

_State = Placement.State


def move_placement(*, actor: Actor, placement: Placement, column: Column) -> Placement:
    """Move within the site. Who may approve there has it show at once; otherwise it waits there (P7-03).

    The article's address does not change.
    """
    with transaction.atomic():
        placement = lock(placement)
        target = Column.objects.select_related("site").get(pk=column.pk)
        viewer = viewer_for(actor)
        require(may_place_in(viewer, placement.column) and may_place_in(viewer, target))
        require_taking(target)
        _check(placement, target)
        if target.id == placement.column_id:
            return placement
        origin, was_showing = placement.column, placement.state == _State.SHOWING
        placement.column, placement.selection, placement.pin, placement.manual_order = target, None, 0, None
        if placement.approval is not None:
            digest = placement.approval.version_digest or _digest(placement)
            may_approve = may_approve_in(viewer, target) and actor.id is not None
            placement.approval = sign(actor, target, version_digest=digest) if may_approve else None
        events = settle(placement, placement.resource, target)
        if was_showing and placement.state == _State.SHOWING:
            announce(_moved(placement, origin), actor_id=actor.id)
        else:
            tell(events, actor.id)
        record(actor, "placement.moved", placement, origin=str(origin.id), column=str(target.id))
    return placement


def remove_placement(*, actor: Actor, placement: Placement, reason: str = "") -> Placement:
    """Take a resource out of a column; the resource stays in the library and in its other columns."""
    with transaction.atomic():
        placement = lock(placement)
        require(may_place_in(viewer_for(actor), placement.column))
        if placement.state == _State.REMOVED:
            return placement
        was_showing = placement.state == _State.SHOWING
        # What a person takes out of an automatic column, its rule does not put back.
        placement.selection = None
        take_out(placement)
        events = [ended(placement)] if was_showing else []
        tell([*events, *hand_over_canonical(placement.resource_id)], actor.id)
        record(actor, "placement.removed", placement, reason=reason, resource=str(placement.resource_id))
    return placement


def take_out(placement: Placement) -> None:
    """Write that a placement is removed; what to announce is the caller's matter."""
    placement.state, placement.is_canonical = _State.REMOVED, False
    placement.save(update_fields=["state", "is_canonical", "selection"])
    keep_due(placement)


def _check(placement: Placement, target: Column) -> None:
    if placement.state == _State.REMOVED:
        raise StatusForbids("该内容已从栏目移除，请重新放入栏目。")
    if target.site_id != placement.site_id:
        raise PlacementMalformed("只能在同一站点的栏目之间移动；放到其他站点请使用“放入栏目”。")
    standing = Placement.objects.filter(resource_id=placement.resource_id, column=target).exclude(
        pk=placement.pk
    )
    removed = standing.filter(state=_State.REMOVED)
    if standing.exclude(state=_State.REMOVED).exists():
        raise PlacementMalformed("目标栏目中已有该资源，请直接从原栏目移除。")
    removed.delete()


def _digest(placement: Placement) -> str:
    version = placement.resource.effective_version or placement.resource.working_version
    return version.digest if version else f"placement:{placement.id}"


def _moved(placement: Placement, origin: Column) -> PlacementMoved:
    return PlacementMoved(
        placement_id=placement.id,
        site_id=placement.site_id,
        column_id=placement.column_id,
        resource_id=placement.resource_id,
        from_column_id=origin.id,
    )
