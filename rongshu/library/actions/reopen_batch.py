"""Open a closed batch, or one sent back, to correct what is in it; signatures on the old manifest end."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.library.actions.pending_approvals import end_pending
from rongshu.library.errors import BatchNotWaiting
from rongshu.library.models import ApprovalBatch
from rongshu.library.permissions import may_write_all
from rongshu.library.queries.batch_standing import owner_ids_of


def reopen_batch(*, actor: Person, batch: ApprovalBatch, reason: str) -> ApprovalBatch:
    """Let further versions into a batch that waits for its approval or was sent back; safe to repeat.

    Who signed the old manifest signs the new one, too. Raise `BatchNotWaiting` once it is approved.
    """
    with transaction.atomic():
        batch = ApprovalBatch.objects.select_for_update().get(pk=batch.pk)
        require(may_write_all(viewer_for(actor), set(owner_ids_of(batch))))
        if batch.status == ApprovalBatch.Status.OPEN:
            return batch
        if batch.status == ApprovalBatch.Status.APPROVED:
            raise BatchNotWaiting
        end_pending(batch)
        before = batch.manifest_digest
        batch.status, batch.manifest_digest = ApprovalBatch.Status.OPEN, ""
        batch.save(update_fields=["status", "manifest_digest"])
        record(actor, "batch.reopened", batch, before=before, reason=reason)
    return batch
