"""Taking a resource off every site, and putting it back."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.events import announce
from rongshu.foundation.installation import node_id
from rongshu.library.actions.following_relations import refresh_targets
from rongshu.library.actions.locking import lock
from rongshu.library.actions.signing import approve_digest
from rongshu.library.errors import (
    AlreadyPurged,
    ResourceNotEffective,
    ResourceNotWithdrawn,
    ResourceOfOtherNode,
    ResourceRecycled,
    RouteNeedsReview,
)
from rongshu.library.events import ResourceReinstated, ResourceWithdrawn
from rongshu.library.models import Approval, Resource, ResourceVersion
from rongshu.library.permissions import may_approve, may_withdraw
from rongshu.library.queries.approvals import reusable_approval
from rongshu.library.routes import BATCHES, PIECES, SINGLE, owner_route

BY_ORIGIN = "来源节点"
"""How the reason begins where the origin of a foreign resource withdrew it."""


def withdraw_resource(*, actor: Person, resource: Resource, reason: str) -> Resource:
    """Take a resource off every site; it stays in the library. Raise `NotAllowed`, `ResourceNotEffective`."""
    reason = reason.strip()
    if not reason:
        raise InvalidInput("请填写撤稿原因。", fields={"reason": "必须填写"})
    with transaction.atomic():
        resource = lock(resource)
        require(may_withdraw(viewer_for(actor), resource))
        version = resource.effective_version
        if version is None:
            raise ResourceNotEffective
        resource.status = Resource.Status.WITHDRAWN
        resource.effective_version = None
        resource.effective_approval = None
        resource.withdrawn_at = clock.now()
        resource.withdrawn_reason = reason[:300]
        resource.save(
            update_fields=[
                "status", "effective_version", "effective_approval", "withdrawn_at", "withdrawn_reason",
            ]
        )  # fmt: skip
        record(actor, "resource.withdrawn", resource, before=version.digest, reason=reason)
        announce(ResourceWithdrawn(resource_id=resource.pk), actor_id=actor.id)
        refresh_targets([resource.pk])
    return resource


def reinstate_resource(*, actor: Person, resource: Resource, reason: str = "") -> Resource:
    """Make the version that was effective before the withdrawal effective again, at its old address.

    Raise `NotAllowed`, `ResourceNotWithdrawn`, `ResourceRecycled`, `AlreadyPurged`, and `ResourceOfOtherNode`
    where its origin withdrew it.
    """
    with transaction.atomic():
        resource = lock(resource)
        viewer = viewer_for(actor)
        is_single = owner_route(resource.owner_id) == SINGLE
        require(may_withdraw(viewer, resource) and (not is_single or may_approve(viewer, resource)))
        version = _version_to_reinstate(resource)
        resource.effective_version = version
        resource.effective_approval = _approval_again(actor, resource, version, reason)
        resource.status = Resource.Status.EFFECTIVE
        resource.withdrawn_at, resource.withdrawn_reason = None, ""
        resource.save(
            update_fields=[
                "status", "effective_version", "effective_approval", "withdrawn_at", "withdrawn_reason",
            ]
        )  # fmt: skip
        record(actor, "resource.reinstated", resource, after=version.digest, reason=reason)
        announce(ResourceReinstated(resource_id=resource.pk, version_id=version.pk), actor_id=actor.id)
        refresh_targets([resource.pk])
    return resource


def _approval_again(actor: Person, resource: Resource, version: ResourceVersion, reason: str) -> Approval:
    """Return the approval the version had; where one person signs, that of whoever restores it."""
    route = owner_route(resource.owner_id)
    if route == SINGLE:
        return approve_digest(digest=version.digest, signers=[actor], comment=reason)
    approval = reusable_approval(version)
    way = PIECES if approval is None or approval.batch_id is None else BATCHES
    needed = route if way == PIECES else owner_route(resource.owner_id, way=BATCHES)
    if approval is None or approval.levels < needed.levels:
        raise RouteNeedsReview.by(needed)
    return approval


def _version_to_reinstate(resource: Resource) -> ResourceVersion:
    if resource.status != Resource.Status.WITHDRAWN:
        raise ResourceNotWithdrawn
    if resource.recycled_at is not None:
        raise ResourceRecycled
    # Who owns it withdrew it: his word alone brings it back (following_origin.py).
    if resource.withdrawn_reason.startswith(BY_ORIGIN) and resource.origin_node != node_id():
        raise ResourceOfOtherNode(fields={"id": str(resource.pk)})
    effective = ResourceVersion.objects.filter(resource=resource, became_effective_at__isnull=False)
    version = effective.order_by("-became_effective_at", "-number").first()
    if version is None or version.purged_at is not None:
        raise AlreadyPurged
    return version
