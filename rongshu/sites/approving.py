"""Approvals by a column's route: of one placement's version, or of the rule of an automatic column."""

from __future__ import annotations

from rongshu.foundation.audit import Actor
from rongshu.foundation.clock import now
from rongshu.foundation.errors import NotAllowed
from rongshu.library.models import Approval, ApprovalSignature
from rongshu.sites.models import Column


def sign(
    actor: Actor, column: Column, *, version_digest: str = "", rule_digest: str = "", comment: str = ""
) -> Approval:
    """Write the approved approval of a column by the route "single", signed by a person."""
    if actor.id is None:
        raise NotAllowed("审批须由具体人员作出，系统时钟不能审批。")
    approval = Approval.objects.create(
        route=column.approval_route,
        outcome=Approval.Outcome.APPROVED,
        version_digest=version_digest,
        rule_digest=rule_digest,
        column_id=column.id,
        decided_at=now(),
    )
    ApprovalSignature.objects.create(approval=approval, person_id=actor.id, comment=comment)
    return approval
