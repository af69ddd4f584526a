"""Deciding about one version by a route of one level; longer routes are the newsroom's."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.library.actions.becoming_effective import make_effective
from rongshu.library.actions.classifying_versions import classify_as_version
from rongshu.library.actions.locking import lock
from rongshu.library.actions.signing import approve_digest, reject_digest
from rongshu.library.errors import ResourceRecycled, RouteNeedsReview, VersionNotApprovable, WroteItOneself
from rongshu.library.models import Approval, Resource, ResourceVersion
from rongshu.library.permissions import may_approve
from rongshu.library.queries.approvals import is_writer
from rongshu.library.queries.warnings import PublicationWarning, warnings_before_publication
from rongshu.library.refusals import refusals_logged
from rongshu.library.routes import SINGLE, Route, owner_route


@dataclass(frozen=True)
class VersionApproval:
    """The resource as it is now, the approval, and what the approver should know (it did not stop him)."""

    resource: Resource
    approval: Approval
    warnings: tuple[PublicationWarning, ...]


def approve_version(*, actor: Person, version: ResourceVersion, comment: str = "") -> VersionApproval:
    """Make a version effective by its owner's route of one level; it reaches every placement at once.

    Raise `NotAllowed`, `RouteNeedsReview` where the owner's route has more levels, `WroteItOneself`,
    `VersionNotApprovable` (purged, or effective already), `ResourceRecycled`. A refusal is logged.
    """
    with refusals_logged(actor, "version.approval-refused", version.resource), transaction.atomic():
        resource = lock(version.resource)
        require(may_approve(viewer_for(actor), resource))
        version = ResourceVersion.objects.get(pk=version.pk)
        check_approvable(resource, version)
        route = _single_route(actor, resource, version)
        approval = approve_digest(digest=version.digest, signers=[actor], comment=comment, route=route.code)
        make_approved_effective(
            actor=actor, resource=resource, version=version, approval=approval, comment=comment
        )
    return VersionApproval(resource, approval, warnings_before_publication(resource, version))


def check_approvable(resource: Resource, version: ResourceVersion) -> None:
    """Raise unless the version of the locked resource can become effective."""
    if version.purged_at is not None or resource.effective_version_id == version.pk:
        raise VersionNotApprovable
    if resource.recycled_at is not None:
        raise ResourceRecycled


def make_approved_effective(
    *, actor: Actor, resource: Resource, version: ResourceVersion, approval: Approval, comment: str = ""
) -> None:
    """Make a version of a locked resource effective under an approval, in the caller's transaction."""
    before = resource.effective_version.digest if resource.effective_version else ""
    make_effective([(resource, version)], approval=approval, actor_id=actor.id)
    classify_as_version(resource, version, actor=actor)
    record(actor, "version.approved", resource, before=before, after=version.digest, comment=comment)


def _single_route(actor: Person, resource: Resource, version: ResourceVersion) -> Route:
    route = owner_route(resource.owner_id)
    if route.levels > 1:
        raise RouteNeedsReview.by(route)
    if route.capabilities[0] != SINGLE.capabilities[0]:
        require(viewer_for(actor).may(route.capabilities[0], organization_id=resource.owner_id))
    if route.excludes_writer and is_writer(actor.id, resource, version):
        raise WroteItOneself
    return route


def reject_version(*, actor: Person, version: ResourceVersion, comment: str) -> Approval:
    """Send a version back to its writer; what is effective stands. Raise `NotAllowed`,
    `VersionNotApprovable`."""
    with transaction.atomic():
        resource = lock(version.resource)
        require(may_approve(viewer_for(actor), resource))
        if version.purged_at is not None or resource.effective_version_id == version.pk:
            raise VersionNotApprovable
        approval = reject_digest(digest=version.digest, signer=actor, comment=comment)
        if resource.status == Resource.Status.IN_REVIEW:
            resource.status = Resource.Status.DRAFT
            resource.save(update_fields=["status"])
        record(actor, "version.rejected", resource, after=version.digest, comment=comment)
    return approval
