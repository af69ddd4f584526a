"""A bulk run as one thing to decide about: opened, filled by the gate, closed with a manifest, approved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.events import announce
from rongshu.library.actions.becoming_effective import make_effective
from rongshu.library.actions.locking import lock_all
from rongshu.library.actions.pending_approvals import end_pending
from rongshu.library.actions.signing import approve_manifest, sign
from rongshu.library.errors import (
    BatchNotOpen,
    BatchNotWaiting,
    MandateNotValid,
    ManifestChanged,
    SignersMissing,
    WroteItOneself,
)
from rongshu.library.events import BatchApproved
from rongshu.library.models import Approval, ApprovalBatch, Mandate, Resource, ResourceVersion
from rongshu.library.queries.approvals import batch_versions, versions_to_make_effective
from rongshu.library.queries.batch_standing import (
    BatchStanding,
    has_writer_among,
    may_approve_batch,
    owner_ids_of,
    standing_of_batch,
)
from rongshu.library.queries.holding_back import held_back
from rongshu.library.refusals import refusals_logged
from rongshu.library.routes import BATCHES, Route, strictest_route

PORTION = 100
_DECISIVE = (
    "resource_id", "became_effective_at", "given_published_at", "given_published_precision", "share_type",
    "open_type", "elements",
)  # fmt: skip
"""What of a version is asked for while it becomes effective; its whole row would take four times as long."""
SAMPLE_SIZE = 20

Progress = Callable[[int], None]


def open_batch(
    *,
    actor: Person,
    kind: str,
    source: str,
    target_site_id: UUID | None = None,
    mandate: Mandate | None = None,
) -> ApprovalBatch:
    """Begin a bulk run ("intake", "federation", …) from a source; a mandate, if any, must cover it today."""
    if mandate is not None:
        _check_mandate(mandate, source=source, target_site_id=target_site_id)
    with transaction.atomic():
        batch = ApprovalBatch.objects.create(
            kind=kind, source=source[:300], target_site_id=target_site_id, mandate=mandate, created_by=actor
        )
        record(actor, "batch.opened", batch, source=source)
    return batch


def close_batch(*, actor: Person, batch: ApprovalBatch) -> ApprovalBatch:
    """Close a batch: nothing enters any more; count, sample and manifest digest are what is to be approved.

    Safe to repeat. Raise `BatchNotOpen` when it is decided already.
    """
    with transaction.atomic():
        batch = ApprovalBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.status == ApprovalBatch.Status.WAITING:
            return batch
        if batch.status != ApprovalBatch.Status.OPEN:
            raise BatchNotOpen
        batch.manifest_digest, batch.item_count = manifest_of(batch)
        batch.sample = _sample(batch)
        batch.status = ApprovalBatch.Status.WAITING
        batch.save(update_fields=["manifest_digest", "item_count", "sample", "status"])
        record(actor, "batch.closed", batch, after=batch.manifest_digest, count=batch.item_count)
    return batch


def approve_batch(
    *,
    actor: Person,
    batch: ApprovalBatch,
    signers: Sequence[Person] = (),
    mandate: Mandate | None = None,
    progress: Progress | None = None,
) -> int:
    """Approve a closed batch and make its versions effective, in short transactions; return how many became
    so.

    Signed by `signers` (one per level), or by those of the mandate. Version candidates of near duplicates are
    left for a person, and so is what another app holds back. Interrupted, call it again: it goes on where it
    stopped, without new signatures.
    Raise `NotAllowed`, `BatchNotWaiting`, `MandateNotValid`, `ManifestChanged`, `SignersMissing` where the
    strictest route of the owners has more levels.
    """
    with refusals_logged(actor, "batch.approval-refused", batch):
        approval = _decide(actor=actor, batch=batch, signers=signers, mandate=mandate)
    done = 0
    for portion in _portions(batch):
        held = held_back(portion)
        done += _make_portion_effective(actor, [one for one in portion if one not in held], approval)
        if progress is not None:
            progress(done)
    with transaction.atomic():
        announce(BatchApproved(batch_id=batch.pk), actor_id=actor.id)
    return done


def reject_batch(*, actor: Person, batch: ApprovalBatch, reason: str) -> ApprovalBatch:
    """Send a closed batch back: its resources stay in the library as drafts. Raise `BatchNotWaiting`."""
    with transaction.atomic():
        batch = ApprovalBatch.objects.select_for_update().get(pk=batch.pk)
        standing = standing_of_batch(batch)
        require(_may_reject(viewer_for(actor), batch, standing))
        if batch.status != ApprovalBatch.Status.WAITING:
            raise BatchNotWaiting
        batch.status = ApprovalBatch.Status.REJECTED
        batch.save(update_fields=["status"])
        end_pending(batch)
        refusal = Approval.objects.create(
            batch=batch, manifest_digest=batch.manifest_digest, outcome=Approval.Outcome.REJECTED,
            decided_at=clock.now(), route=standing.route.code, levels=standing.route.levels,
        )  # fmt: skip
        # Who is to better the batch has to see who sent it back, and why.
        level = standing.next_level
        sign(refusal, [actor], comment=reason[:500], is_consent=False, first_level=level)
        record(actor, "batch.rejected", batch, after=batch.manifest_digest, reason=reason)
    return batch


def manifest_of(batch: ApprovalBatch) -> tuple[str, int]:
    """Return the digest over `<version id> <version digest>` lines in the order of ids, and their number."""
    state, count = hashlib.sha256(), 0
    rows = batch_versions(batch).values_list("pk", "digest")
    for pk, digest in rows.iterator(chunk_size=5000):
        state.update(f"{pk} {digest}\n".encode())
        count += 1
    return f"sha256:{state.hexdigest()}", count


def _decide(
    *, actor: Person, batch: ApprovalBatch, signers: Sequence[Person], mandate: Mandate | None
) -> Approval:
    digest, _ = manifest_of(batch)
    with transaction.atomic():
        batch = ApprovalBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.status == ApprovalBatch.Status.APPROVED:
            return Approval.objects.get(batch=batch, outcome=Approval.Outcome.APPROVED)
        if batch.status != ApprovalBatch.Status.WAITING:
            raise BatchNotWaiting
        if digest != batch.manifest_digest:
            raise ManifestChanged
        route = strictest_route(owner_ids_of(batch), way=BATCHES)
        signers = _signers(batch, signers, mandate, route)
        end_pending(batch)
        approval = approve_manifest(batch=batch, signers=signers, mandate=mandate, route=route.code)
        batch.status, batch.mandate = ApprovalBatch.Status.APPROVED, mandate
        batch.save(update_fields=["status", "mandate"])
        record(
            actor, "batch.approved", batch, after=batch.manifest_digest, count=batch.item_count,
            signers=[signer.handle for signer in signers],
        )  # fmt: skip
    return approval


def _signers(
    batch: ApprovalBatch, signers: Sequence[Person], mandate: Mandate | None, route: Route
) -> Sequence[Person]:
    if mandate is not None:
        _check_mandate(mandate, source=batch.source, target_site_id=batch.target_site_id)
        signers = [each.person for each in mandate.signers.order_by("level").select_related("person")]
    if not signers or len({signer.pk for signer in signers}) != len(signers):
        raise InvalidInput("批次须由审核人签署，且各级审核人不能是同一人。", fields={"signers": "必须填写"})
    if len(signers) < route.levels:
        raise SignersMissing.of(route, len(signers))
    for level, signer in enumerate(signers, start=1):
        _require_approver(signer, batch, route.capabilities[min(level, route.levels) - 1])
    if route.excludes_writer and has_writer_among(batch, [signer.pk for signer in signers]):
        raise WroteItOneself
    return signers


def _require_approver(person: Person, batch: ApprovalBatch, capability: str = "resource.approve") -> None:
    require(may_approve_batch(viewer_for(person), batch, owner_ids_of(batch), capability))


def _may_reject(viewer: Viewer, batch: ApprovalBatch, standing: BatchStanding) -> bool:
    capabilities = {"resource.approve", *standing.route.capabilities}
    return any(may_approve_batch(viewer, batch, standing.owner_ids, one) for one in capabilities)


def _check_mandate(mandate: Mandate, *, source: str, target_site_id: UUID | None) -> None:
    mandate.refresh_from_db()
    covers = mandate.source == source and mandate.target_site_id == target_site_id
    in_time = mandate.starts_on <= clock.today() <= mandate.ends_on
    is_signed = not mandate.signers.filter(signed_at__isnull=True).exists()
    if not (covers and in_time and is_signed and mandate.revoked_at is None):
        raise MandateNotValid


def _sample(batch: ApprovalBatch) -> list[str]:
    """Return version ids to look at, spread evenly by the manifest's order: the same for everyone who
    asks."""
    step = max(batch.item_count // SAMPLE_SIZE, 1)
    ids = batch_versions(batch).values_list("pk", flat=True)
    return [str(pk) for place, pk in enumerate(ids.iterator()) if place % step == 0][:SAMPLE_SIZE]


def _portions(batch: ApprovalBatch) -> Iterator[Sequence[UUID]]:
    remaining: QuerySet[ResourceVersion] = versions_to_make_effective(batch)
    last: UUID | None = None
    while True:
        rows = remaining.filter(pk__gt=last) if last else remaining
        ids = list(rows.values_list("pk", flat=True)[: 50 * PORTION])
        if not ids:
            return
        for start in range(0, len(ids), PORTION):
            yield ids[start : start + PORTION]
        last = ids[-1]


def _make_portion_effective(actor: Person, version_ids: Sequence[UUID], approval: Approval) -> int:
    with transaction.atomic():
        rows = ResourceVersion.objects.filter(pk__in=version_ids, became_effective_at__isnull=True)
        versions = list(rows.only(*_DECISIVE).order_by("pk"))
        resources = lock_all(version.resource_id for version in versions)
        pairs = [(resources[version.resource_id], version) for version in versions]
        # What a person withdrew, recycled or superseded meanwhile is not brought back by the batch.
        fresh = [(resource, version) for resource, version in pairs if _is_untouched(resource, version)]
        make_effective(_with_types_and_owners(fresh), approval=approval, actor_id=actor.id)
    return len(fresh)


def _is_untouched(resource: Resource, version: ResourceVersion) -> bool:
    return (
        resource.recycled_at is None
        and resource.withdrawn_at is None
        and resource.working_version_id == version.pk
    )


def _with_types_and_owners(
    pairs: Sequence[tuple[Resource, ResourceVersion]],
) -> Sequence[tuple[Resource, ResourceVersion]]:
    prefetch_related_objects([resource for resource, _ in pairs], "type", "owner")
    return pairs
