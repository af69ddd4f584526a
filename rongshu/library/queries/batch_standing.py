"""How far the signing of a waiting batch is: its route, who has signed which level, and who may sign next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from rongshu.accounts.viewers import Viewer
from rongshu.library.models import Approval, ApprovalBatch, ApprovalSignature, Resource
from rongshu.library.queries.approvals import batch_versions
from rongshu.library.queries.signing_levels import Standing, pending_approvals, signatures_of
from rongshu.library.routes import BATCHES, strictest_route


@dataclass(frozen=True)
class BatchStanding(Standing):
    """A batch on its way through the levels of the strictest route of its owners."""

    owner_ids: Sequence[UUID]


def standing_of_batch(batch: ApprovalBatch) -> BatchStanding:
    """Return how far the signing is, by the strictest route of the owners as it is now."""
    pending = list(pending_approvals().filter(batch=batch))
    return _standing(batch, owner_ids_of(batch), pending, signatures_of(*pending))


def standings_of_batches(batches: Sequence[ApprovalBatch]) -> list[BatchStanding]:
    """Return how far the signing of some closed batches is, to count or list them.

    Every page of a signer asks: the approvals are read together, the owners once in the life of the process.
    """
    pending = list(pending_approvals().filter(batch__in=batches))
    signed = signatures_of(*pending)
    return [_standing(batch, _owners_of_closed(batch.pk), pending, signed) for batch in batches]


def may_sign_batch(viewer: Viewer, batch: ApprovalBatch, standing: BatchStanding) -> bool:
    """Whether the viewer may sign the next level: he may for every owner, and has signed no level yet."""
    has_signed = standing.is_signed_by(viewer)
    return not has_signed and may_approve_batch(viewer, batch, standing.owner_ids, standing.capability)


def may_approve_batch(
    viewer: Viewer, batch: ApprovalBatch, owner_ids: Iterable[UUID], capability: str = "resource.approve"
) -> bool:
    """Whether the viewer holds a capability for every owner, or for the site all of it goes to."""
    site_id = batch.target_site_id
    return all(viewer.may(capability, organization_id=owner, site_id=site_id) for owner in owner_ids)


def owner_ids_of(batch: ApprovalBatch) -> list[UUID]:
    """Return whose resources the batch holds."""
    return _read_owners(batch.pk)


def has_writer_among(batch: ApprovalBatch, person_ids: Iterable[UUID]) -> bool:
    """Whether one of these persons brought the batch in or wrote any of it."""
    ids = set(person_ids)
    return batch.created_by_id in ids or batch_versions(batch).filter(created_by_id__in=ids).exists()


def refusal_of(batch: ApprovalBatch) -> ApprovalSignature | None:
    """Return who sent a batch back last, at which level and with which reason; None where nobody has."""
    refusals = ApprovalSignature.objects.filter(approval__batch=batch, is_consent=False)
    return refusals.select_related("person").order_by("-signed_at").first()


def _standing(
    batch: ApprovalBatch,
    owners: Sequence[UUID],
    pending: Sequence[Approval],
    signed: Mapping[UUID, Sequence[ApprovalSignature]],
) -> BatchStanding:
    route = strictest_route(list(owners), way=BATCHES)
    wanted = (batch.pk, batch.manifest_digest, route.code, route.levels)
    fitting = (one for one in pending if (one.batch_id, one.manifest_digest, one.route, one.levels) == wanted)
    approval = next(fitting, None)
    return BatchStanding(route, approval, signed.get(approval.pk, ()) if approval else (), owners)


def _read_owners(batch_id: UUID) -> list[UUID]:
    owners = Resource.objects.filter(versions__batch_id=batch_id).order_by()
    return list(owners.values_list("owner_id", flat=True).distinct())


@lru_cache(maxsize=1_000)
def _owners_of_closed(batch_id: UUID) -> Sequence[UUID]:
    """Return the owners of a closed batch: nothing enters or leaves it, and no resource changes its owner.

    Finding them reads the whole batch; who decides about it reads anew.
    """
    return tuple(_read_owners(batch_id))
