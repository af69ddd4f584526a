"""Writing an approval with its signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rongshu.accounts.models import Person
from rongshu.foundation import clock
from rongshu.foundation.bulk_rows import insert_row, insert_rows
from rongshu.library.models import Approval, ApprovalBatch, ApprovalSignature, Mandate
from rongshu.library.routes import SINGLE


@dataclass(frozen=True)
class SignedLevel:
    """What one person signed at one level of a route, and when."""

    level: int
    person_id: UUID
    signed_at: datetime
    comment: str = ""


def approve_digest(
    *,
    digest: str,
    signers: Sequence[Person],
    comment: str = "",
    column_id: UUID | None = None,
    route: str = SINGLE.code,
) -> Approval:
    """Write the approval of one version digest by the single-approver route, or of more levels in order."""
    approval = Approval(
        route=route, levels=len(signers), outcome=Approval.Outcome.APPROVED, version_digest=digest,
        decided_at=clock.now(), column_id=column_id,
    )  # fmt: skip
    approval.save(force_insert=True)
    sign(approval, signers, comment=comment)
    return approval


def approve_signed_digest(
    *, digest: str, route: str, signed: Sequence[SignedLevel], column_id: UUID | None = None
) -> Approval:
    """Write the approval of a version digest by a route whose levels were signed one after the other."""
    approval = Approval(
        route=route, levels=len(signed), outcome=Approval.Outcome.APPROVED, version_digest=digest,
        decided_at=clock.now(), column_id=column_id,
    )  # fmt: skip
    insert_row(approval)
    insert_rows(
        [
            ApprovalSignature(
                approval=approval, level=each.level, person_id=each.person_id, comment=each.comment[:500],
                signed_at=each.signed_at,
            )
            for each in signed
        ]
    )  # fmt: skip
    return approval


def reject_digest(*, digest: str, signer: Person, comment: str) -> Approval:
    """Write that a person sent one version back."""
    approval = Approval(
        route=SINGLE.code, outcome=Approval.Outcome.REJECTED, version_digest=digest, decided_at=clock.now()
    )
    approval.save(force_insert=True)
    sign(approval, [signer], comment=comment, is_consent=False)
    return approval


def approve_manifest(
    *, batch: ApprovalBatch, signers: Sequence[Person], mandate: Mandate | None, route: str = SINGLE.code
) -> Approval:
    """Write the approval of a batch manifest, by persons now or by a mandate they signed before."""
    approval = Approval(
        route=route, levels=max(len(signers), 1), batch=batch, mandate=mandate,
        outcome=Approval.Outcome.APPROVED, manifest_digest=batch.manifest_digest, decided_at=clock.now(),
    )  # fmt: skip
    approval.save(force_insert=True)
    sign(approval, signers, comment="依据委托审批" if mandate else "")
    return approval


def sign_level(approval: Approval, level: int, signer: Person, *, comment: str = "") -> bool:
    """Sign one level of an approval that is being signed; return whether it was the last and approves it."""
    sign(approval, [signer], first_level=level, comment=comment[:500])
    if level < approval.levels:
        return False
    approval.outcome, approval.decided_at = Approval.Outcome.APPROVED, clock.now()
    approval.save(update_fields=["outcome", "decided_at"])
    return True


def sign(
    approval: Approval,
    signers: Sequence[Person],
    *,
    comment: str = "",
    is_consent: bool = True,
    at: datetime | None = None,
    first_level: int = 1,
) -> None:
    """Add one signature per level, in the order of the levels."""
    ApprovalSignature.objects.bulk_create(
        ApprovalSignature(
            approval=approval, level=level, person=person, comment=comment, is_consent=is_consent,
            signed_at=at or clock.now(),
        )
        for level, person in enumerate(signers, start=first_level)
    )  # fmt: skip
