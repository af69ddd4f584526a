"""Batches and mandates: what waits for a decision, and what was decided beforehand."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation import clock
from rongshu.foundation.guards import get_one
from rongshu.library.models import Approval, ApprovalBatch, Mandate, MandateSigner, Resource, ResourceVersion

_SIGNING: Final = ("resource.approve", "review.first", "review.second", "review.final")


def batches_for(viewer: Viewer) -> QuerySet[ApprovalBatch]:
    """Return the batches of which the viewer may see every resource, or that he opened himself."""
    if viewer.reads_everything:
        return ApprovalBatch.objects.all()
    foreign = ResourceVersion.objects.exclude(resource__owner_id__among=viewer.reading_organization_ids)
    held = ApprovalBatch.objects.exclude(pk__in=foreign.filter(batch__isnull=False).values("batch_id"))
    return (
        held.filter(versions__isnull=False).distinct()
        | ApprovalBatch.objects.filter(created_by_id=viewer.person_id).distinct()
    )


def get_batch_for(viewer: Viewer, batch_id: UUID) -> ApprovalBatch:
    """Return the batch, or raise `NotFound` when it is absent or not the viewer's."""
    return get_one(batches_for(viewer), pk=batch_id)


def batch_versions(batch: ApprovalBatch) -> QuerySet[ResourceVersion]:
    """Return what a batch is about, in the order of its manifest: of each resource its last version there.

    What a correction before the approval has replaced is neither counted nor looked at nor approved.
    """
    later = ResourceVersion.objects.filter(
        batch=batch, resource=OuterRef("resource"), number__gt=OuterRef("number")
    )
    return ResourceVersion.objects.filter(~Exists(later), batch=batch).order_by("pk")


def versions_to_make_effective(batch: ApprovalBatch) -> QuerySet[ResourceVersion]:
    """Return what the approval of a batch makes effective: all but version candidates and purged versions."""
    fresh = batch_versions(batch).filter(became_effective_at__isnull=True, purged_at__isnull=True)
    return fresh.filter(similarity__isnull=True)


def mandate_in_force(*, source: str, target_site_id: UUID) -> Mandate | None:
    """Return the mandate that covers this source and site today, the newest when several do."""
    day = clock.today()
    rows = signed_mandates().filter(source=source, target_site_id=target_site_id, revoked_at__isnull=True)
    return rows.filter(starts_on__lte=day, ends_on__gte=day).order_by("-created_at").first()


def signed_mandates() -> QuerySet[Mandate]:
    """Return the mandates that each of their signers has signed."""
    unsigned = MandateSigner.objects.filter(mandate=OuterRef("pk"), signed_at__isnull=True)
    return Mandate.objects.filter(~Exists(unsigned))


def mandates_of_signer(person_id: UUID) -> QuerySet[Mandate]:
    """Return the mandates that name a person as a signer."""
    return Mandate.objects.filter(
        Exists(MandateSigner.objects.filter(mandate=OuterRef("pk"), person_id=person_id))
    )


def mandates_to_sign(person_id: UUID) -> QuerySet[Mandate]:
    """Return the mandates that wait for a person's signature, the oldest first."""
    own = MandateSigner.objects.filter(mandate=OuterRef("pk"), person_id=person_id, signed_at__isnull=True)
    open_ones = Mandate.objects.filter(revoked_at__isnull=True, ends_on__gte=clock.today())
    return open_ones.filter(Exists(own)).order_by("created_at")


def may_give_mandates(viewer: Viewer, site_id: UUID, sponsor_id: UUID | None = None) -> bool:
    """Whether the viewer may let what comes to a site be approved beforehand by persons he names."""
    manages = viewer.may("site.manage", site_id=site_id, organization_id=sponsor_id)
    return manages or may_sign_mandates(viewer, site_id)


def may_sign_mandates(viewer: Viewer, site_id: UUID) -> bool:
    """Whether the viewer may approve beforehand what comes to a site.

    Whether he may approve for the owners of what comes is asked again when a batch uses the mandate.
    """
    return viewer.may("placement.approve", site_id=site_id) or any(
        viewer.organizations_with(capability) for capability in _SIGNING
    )


def last_effective_number(resource: Resource, *, before: int) -> int:
    """Return the number of the last version before this one that was ever effective, or 0."""
    if before <= 1:
        return 0
    effective = ResourceVersion.objects.filter(
        resource=resource, became_effective_at__isnull=False, number__lt=before
    )
    return effective.aggregate(last=Max("number"))["last"] or 0


def is_writer(person_id: UUID | None, resource: Resource, version: ResourceVersion) -> bool:
    """Whether a person wrote this version or one since the last that was effective."""
    since = last_effective_number(resource, before=version.number)
    written = ResourceVersion.objects.filter(resource=resource, created_by_id=person_id)
    return written.filter(number__gt=since, number__lte=version.number).exists()


def reusable_approval(version: ResourceVersion) -> Approval | None:
    """Return the newest approval under which this version may be effective again, its batch's included."""
    approved = Approval.objects.filter(outcome=Approval.Outcome.APPROVED, column_id__isnull=True)
    named = approved.filter(version_digest=version.digest)
    if version.batch_id is not None:
        named |= approved.filter(batch_id=version.batch_id)
    return named.order_by("-levels", "-decided_at").first()
