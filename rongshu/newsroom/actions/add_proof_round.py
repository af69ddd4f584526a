"""One more proof round for an important piece (P7-11)."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.errors import InvalidInput
from rongshu.library.refusals import refusals_logged
from rongshu.newsroom.case import lock_review, open_steps, step_to_take, write_act
from rongshu.newsroom.machine import Act, State
from rongshu.newsroom.models import Review, ReviewStep, StepKind


def add_proof_round(*, actor: Person, review: Review, reason: str, name: str = "加校") -> Review:
    """Add a proof beside the open review: the case does not move on before it is done."""
    if not reason.strip():
        raise InvalidInput("请填写加校的原因。", fields={"reason": "必须填写"})
    with refusals_logged(actor, "review.proof-refused", review), transaction.atomic():
        review = lock_review(review, State.REVIEWING)
        beside = step_to_take(viewer_for(actor), review, kind=StepKind.REVIEW)
        step = ReviewStep(
            review=review, owner_id=review.owner_id, stage=review.stage, position=beside.position + 1,
            kind=StepKind.PROOF, name=name[:30], capability="proof.read", excludes_writer=True, is_extra=True,
        )  # fmt: skip
        open_steps(review, [step])
        step.save(force_insert=True)
        write_act(review, Act.ADD_PROOF, actor, step=step, comment=reason.strip())
    return review
