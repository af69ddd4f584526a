"""Sign a waiting batch level by level, each person at his own desk; the last signature approves it."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.library.actions.batches import manifest_of
from rongshu.library.actions.pending_approvals import end_pending
from rongshu.library.actions.signing import sign_level
from rongshu.library.errors import BatchNotWaiting, ManifestChanged, WroteItOneself
from rongshu.library.models import Approval, ApprovalBatch
from rongshu.library.queries.batch_standing import (
    BatchStanding,
    has_writer_among,
    may_sign_batch,
    standing_of_batch,
)
from rongshu.library.refusals import refusals_logged


def sign_batch(*, actor: Person, batch: ApprovalBatch, comment: str = "") -> Approval:
    """Sign the next level; return the approval, whose outcome is "approved" once every level is signed.

    What it makes effective follows by `approve_batch`, which then needs no signers. Raise `NotAllowed`,
    `BatchNotWaiting`, `ManifestChanged`, `WroteItOneself`.
    """
    with refusals_logged(actor, "batch.signing-refused", batch):
        digest, _ = manifest_of(batch)
        with transaction.atomic():
            batch = ApprovalBatch.objects.select_for_update().get(pk=batch.pk)
            standing = standing_of_batch(batch)
            require(may_sign_batch(viewer_for(actor), batch, standing))
            _check(actor, batch, standing, digest)
            return _sign(actor, batch, standing, comment)


def _check(actor: Person, batch: ApprovalBatch, standing: BatchStanding, digest: str) -> None:
    if batch.status != ApprovalBatch.Status.WAITING:
        raise BatchNotWaiting
    if digest != batch.manifest_digest:
        raise ManifestChanged
    if standing.route.excludes_writer and has_writer_among(batch, [actor.pk]):
        raise WroteItOneself("本批内容由您采集或撰写，不能由您签发，请由其他审核人办理。")


def _sign(actor: Person, batch: ApprovalBatch, standing: BatchStanding, comment: str) -> Approval:
    approval = standing.approval or _begin(batch, standing)
    is_approved = sign_level(approval, standing.next_level, actor, comment=comment)
    record(
        actor, "batch.signed", batch, after=batch.manifest_digest, level=standing.next_level, reason=comment
    )
    if is_approved:
        batch.status = ApprovalBatch.Status.APPROVED
        batch.save(update_fields=["status"])
        record(actor, "batch.approved", batch, after=batch.manifest_digest, count=batch.item_count)
    return approval


def _begin(batch: ApprovalBatch, standing: BatchStanding) -> Approval:
    end_pending(batch)  # a route that is no longer the batch's
    return Approval.objects.create(
        route=standing.route.code, levels=standing.route.levels, batch=batch,
        manifest_digest=batch.manifest_digest,
    )  # fmt: skip
