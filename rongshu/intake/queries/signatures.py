"""By whom and over what the batch of a run was approved."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from rongshu.intake.models import IntakeRun
from rongshu.library.models import Approval


def signatures_under(run: IntakeRun) -> dict[str, Any]:
    """Return the batch's manifest digest, sample and the reviewers of each level, as a report lists them."""
    batch = run.batch
    if batch is None:
        return {"run": str(run.pk), "status": "", "manifest_digest": "", "items": 0, "signatures": []}
    # What was begun to be signed before a correction, or sent back, has ended: it approves nothing.
    approval = Approval.objects.filter(batch=batch, outcome=Approval.Outcome.APPROVED).first()
    rows = approval.signatures.select_related("person").order_by("level") if approval else []
    return {
        "run": str(run.pk),
        "status": batch.status,
        "manifest_digest": batch.manifest_digest,
        "items": batch.item_count,
        "sample": len(batch.sample),
        "route": approval.route if approval else "",
        "mandate": approval.mandate.reason if approval and approval.mandate else "",
        "signatures": [
            {
                "level": row.level,
                "person": row.person.name,
                "handle": row.person.handle,
                "at": timezone.localtime(row.signed_at).isoformat(timespec="seconds"),
            }
            for row in rows
        ],
    }
