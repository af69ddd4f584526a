"""How far the signing of a waiting batch is: its route, who has signed which level, and who may sign next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from rongshu.accounts.viewers import Viewer
from rongshu.library.models import Approval, ApprovalBatch, ApprovalSignature, Resource
from rongshu.library.queries.approvals import batch_versions
from rongshu.library.routes import BATCHES, Route, strictest_route


@dataclass(frozen=True)
class BatchStanding:
    """A batch on its way through the levels of its route.

    `approval` is the pending one by this route; what was signed for another route counts no more.
    """

    route: Route
    owner_ids: Sequence[UUID]
    approval: Approval | None
    signatures: Sequence[ApprovalSignature]

    @property
    def next_level(self) -> int:
        """The level that is to be signed now."""
        return len(self.signatures) + 1

    @property
    def capability(self) -> str:
        """What the next signer needs."""
        return self.route.capabilities[min(self.next_level, self.route.levels) - 1]


def standing_of_batch(batch: ApprovalBatch) -> BatchStanding:
    """Return how far the signing is, by the strictest route of the owners as it is now."""
    owners = owner_ids_of(batch)
    route = strictest_route(owners, way=BATCHES)
    pending = Approval.objects.filter(batch=batch, outcome=Approval.Outcome.PENDING, route=route.code)
    approval = pending.filter(levels=route.levels, manifest_digest=batch.manifest_digest).first()
    signed = approval.signatures.select_related("person").order_by("level") if approval else ()
    return BatchStanding(route, owners, approval, tuple(signed))


def may_sign_batch(viewer: Viewer, batch: ApprovalBatch, standing: BatchStanding) -> bool:
    """Whether the viewer may sign the next level: he may for every owner, and has signed no level yet."""
    has_signed = any(one.person_id == viewer.person_id for one in standing.signatures)
    return not has_signed and may_approve_batch(viewer, batch, standing.owner_ids, standing.capability)


def may_approve_batch(
    viewer: Viewer, batch: ApprovalBatch, owner_ids: Iterable[UUID], capability: str = "resource.approve"
) -> bool:
    """Whether the viewer holds a capability for every owner, or for the site all of it goes to."""
    site_id = batch.target_site_id
    return all(viewer.may(capability, organization_id=owner, site_id=site_id) for owner in owner_ids)


def owner_ids_of(batch: ApprovalBatch) -> list[UUID]:
    """Return whose resources the batch holds."""
    owners = Resource.objects.filter(versions__batch=batch).order_by()
    return list(owners.values_list("owner_id", flat=True).distinct())


def has_writer_among(batch: ApprovalBatch, person_ids: Iterable[UUID]) -> bool:
    """Whether one of these persons brought the batch in or wrote any of it."""
    ids = set(person_ids)
    return batch.created_by_id in ids or batch_versions(batch).filter(created_by_id__in=ids).exists()
