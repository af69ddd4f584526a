"""Deciding about one version by the single-approver route."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.library.actions.becoming_effective import make_effective
from rongshu.library.actions.classifying_versions import classify_as_version
from rongshu.library.actions.locking import lock
from rongshu.library.actions.signing import approve_digest, reject_digest
from rongshu.library.errors import ResourceRecycled, VersionNotApprovable
from rongshu.library.models import Approval, Resource, ResourceVersion
from rongshu.library.permissions import may_approve
from rongshu.library.queries.warnings import PublicationWarning, warnings_before_publication


@dataclass(frozen=True)
class VersionApproval:
    """The resource as it is now, the approval, and what the approver should know (it did not stop him)."""

    resource: Resource
    approval: Approval
    warnings: tuple[PublicationWarning, ...]


def approve_version(*, actor: Person, version: ResourceVersion, comment: str = "") -> VersionApproval:
    """Make a version effective; it reaches every placement of its resource at once.

    Raise `NotAllowed`, `VersionNotApprovable` (purged, or effective already), `ResourceRecycled`.
    """
    with transaction.atomic():
        resource = lock(version.resource)
        require(may_approve(viewer_for(actor), resource))
        version = ResourceVersion.objects.get(pk=version.pk)
        if version.purged_at is not None or resource.effective_version_id == version.pk:
            raise VersionNotApprovable
        if resource.recycled_at is not None:
            raise ResourceRecycled
        before = resource.effective_version.digest if resource.effective_version else ""
        approval = approve_digest(digest=version.digest, signers=[actor], comment=comment)
        make_effective([(resource, version)], approval=approval, actor_id=actor.id)
        classify_as_version(resource, version, actor=actor)
        record(actor, "version.approved", resource, before=before, after=version.digest, comment=comment)
    return VersionApproval(resource, approval, warnings_before_publication(resource, version))


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
