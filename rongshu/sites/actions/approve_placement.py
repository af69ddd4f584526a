"""Approve a placement by its column's route, and accept a new version where updates are held."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.library.models import Approval, Resource
from rongshu.library.refusals import refusals_logged
from rongshu.sites.approving import route_of, sign
from rongshu.sites.errors import ApprovalUnfit, NothingToAccept, ResourceUnfit, StatusForbids
from rongshu.sites.models import Placement
from rongshu.sites.permissions import may_approve_in
from rongshu.sites.placing import changed, require_taking, settle, tell


def approve_placement(*, actor: Actor, placement: Placement, comment: str = "") -> Placement:
    """Approve what waits in a column; it shows when its time has come and its resource is effective.

    One that is approved already is returned as it is. Raise `RouteNeedsReview` where the column's route has
    more levels than one; a refusal is logged.
    """
    with refusals_logged(actor, "placement.approval-refused", placement), transaction.atomic():
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


def approve_placement_by_review(*, actor: Actor, placement: Placement, approval: Approval) -> Placement:
    """Put a placement under an approval that a review has given, in the caller's transaction.

    One that waits is approved; one in a column that holds updates takes the approved version. Raise
    `ApprovalUnfit` when the approval has fewer levels than the column's route.
    """
    placement = lock(placement)
    route = route_of(placement.column)
    if approval.outcome != Approval.Outcome.APPROVED or approval.levels < route.levels:
        raise ApprovalUnfit
    require_taking(placement.column)
    if placement.state == Placement.State.REMOVED:
        raise StatusForbids("该内容已从栏目移除，请重新放入栏目。")
    effective = placement.resource.effective_version
    accepts = placement.held_version_id is not None and effective is not None
    if placement.approval_id is None or accepts:
        placement.approval = approval
        placement.held_version = effective if accepts else placement.held_version
        tell(settle(placement, placement.resource, placement.column), actor.id)
        record(actor, "placement.approved", placement, approval=str(approval.id))
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
