"""Approvals of a batch that were begun to be signed and come to nothing."""

from __future__ import annotations

from rongshu.foundation import clock
from rongshu.library.models import Approval, ApprovalBatch


def end_pending(batch: ApprovalBatch) -> None:
    """End what was begun to be signed for a batch: it is decided otherwise, or by another route."""
    pending = Approval.objects.filter(batch=batch, outcome=Approval.Outcome.PENDING)
    pending.update(outcome=Approval.Outcome.REJECTED, decided_at=clock.now())
