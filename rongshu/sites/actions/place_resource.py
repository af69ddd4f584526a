"""Put a resource into a column."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import now
from rongshu.foundation.errors import NotFound
from rongshu.library.actions.counting import count_calls
from rongshu.library.models import Resource
from rongshu.sites.actions.approve_placement import approve_placement
from rongshu.sites.errors import PlacementMalformed
from rongshu.sites.models import Column, Placement
from rongshu.sites.permissions import may_place_in, resources_to_place
from rongshu.sites.placing import require_taking, settle, tell

_State = Placement.State


def place_resource(
    *,
    actor: Actor,
    resource: Resource,
    column: Column,
    visible_from: datetime | None = None,
    visible_until: datetime | None = None,
    display_title: str = "",
    approve: bool = False,
) -> Placement:
    """Put a resource into a column, waiting for the column's approval, or approved at once by the actor.

    A resource that stands there already is returned as it is; one that was removed comes back. A resource
    not yet effective shows as soon as it is.
    """
    check_times(visible_from, visible_until)
    if len(display_title) > 200:
        raise PlacementMalformed
    with transaction.atomic():
        column = Column.objects.select_for_update(of=("self",)).select_related("site").get(pk=column.pk)
        viewer = viewer_for(actor)
        require(may_place_in(viewer, column))
        require_taking(column)
        resource = _usable(resources_to_place(viewer).filter(pk=resource.pk).first())
        placement = Placement.objects.filter(resource=resource, column=column).first()
        if placement is None or placement.state == _State.REMOVED:
            placement = placement or Placement(resource=resource, column=column, site=column.site)
            placement.visible_from, placement.visible_until = visible_from, visible_until
            placement.display_title, placement.placed_by_id = display_title.strip(), actor.id
            _begin_anew(placement, resource)
            tell(settle(placement, resource, column), actor.id)
            count_calls([resource.pk])
            record(actor, "placement.placed", placement, resource=str(resource.id), column=str(column.id))
        if approve and placement.approval_id is None:
            placement = approve_placement(actor=actor, placement=placement)
    return placement


def check_times(visible_from: datetime | None, visible_until: datetime | None) -> None:
    """Raise unless the period runs forward."""
    if visible_from is not None and visible_until is not None and visible_until <= visible_from:
        raise PlacementMalformed(fields={"visible_until": "须晚于显示开始时间"})


def _usable(resource: Resource | None) -> Resource:
    if resource is None:
        raise NotFound
    return resource


def _begin_anew(placement: Placement, resource: Resource) -> None:
    placement.state, placement.approval, placement.held_version = _State.WAITING, None, None
    placement.pin, placement.manual_order, placement.selection = 0, None, None
    version = resource.working_version
    given = version.given_published_at if version else None
    placement.published_at = resource.published_at or given or now()
