"""Approve a placement by its column's route, and accept a new version where updates are held."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.library.models import Resource
from rongshu.sites.approving import sign
from rongshu.sites.errors import NothingToAccept, ResourceUnfit, StatusForbids
from rongshu.sites.models import Placement
from rongshu.sites.permissions import may_approve_in
from rongshu.sites.placing import changed, require_taking, settle, tell


def approve_placement(*, actor: Actor, placement: Placement, comment: str = "") -> Placement:
    """Approve what waits in a column; it shows when its time has come and its resource is effective.

    One that is approved already is returned as it is.
    """
    with transaction.atomic():
        placement = lock(placement)
        require(may_approve_in(viewer_for(actor), placement.column))
        require_taking(placement.column)
        if placement.state == Placement.State.REMOVED:
            raise StatusForbids("该内容已从栏目移除，请重新放入栏目。")
        if placement.approval_id is not None:
            return placement
        resource = placement.resource
        placement.approval = sign(
            actor, placement.column, version_digest=_digest_of(resource), comment=comment
        )
        tell(settle(placement, resource, placement.column), actor.id)
        record(actor, "placement.approved", placement, reason=comment, approval=str(placement.approval_id))
    return placement


def accept_update(*, actor: Actor, placement: Placement, comment: str = "") -> Placement:
    """Let a column that holds updates show the resource's present effective version."""
    with transaction.atomic():
        placement = lock(placement)
        require(may_approve_in(viewer_for(actor), placement.column))
        effective = placement.resource.effective_version
        if effective is None or placement.held_version_id in {None, effective.id}:
            raise NothingToAccept
        before = placement.held_version.digest if placement.held_version else ""
        placement.approval = sign(actor, placement.column, version_digest=effective.digest, comment=comment)
        placement.held_version = effective
        placement.save(update_fields=["approval", "held_version"])
        record(
            actor,
            "placement.update-accepted",
            placement,
            before=before,
            after=effective.digest,
            reason=comment,
        )
        tell([changed(placement)] if placement.state == Placement.State.SHOWING else [], actor.id)
    return placement


def lock(placement: Placement) -> Placement:
    """Return the placement locked, with its column, site and resource as they are now."""
    locked = Placement.objects.select_for_update(of=("self",))
    return locked.select_related("column__site", "resource", "held_version").get(pk=placement.pk)


def _digest_of(resource: Resource) -> str:
    version = resource.effective_version or resource.working_version
    if version is None:
        raise ResourceUnfit
    return version.digest
