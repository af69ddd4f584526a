"""Handing an open step to another person."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.errors import InvalidInput
from rongshu.library.refusals import refusals_logged
from rongshu.newsroom.case import check_reviewer, lock_review, step_to_take, write_act
from rongshu.newsroom.machine import Act, State
from rongshu.newsroom.models import Review
from rongshu.newsroom.permissions import holds_at


def delegate_step(
    *, actor: Person, review: Review, to: Person, comment: str = "", step_id: UUID | None = None
) -> Review:
    """Give the actor's open step to somebody who may do it, and only to him.

    Raise `InvalidInput` when the other lacks the power, `WroteItOneself` or `SameReviewer` when he may not
    for this piece.
    """
    with refusals_logged(actor, "review.delegation-refused", review), transaction.atomic():
        review = lock_review(review, State.REVIEWING)
        step = step_to_take(viewer_for(actor), review, step_id)
        require(to.is_active)
        if not holds_at(viewer_for(to), step.capability, review):
            raise InvalidInput(
                f"{to.name}没有办理“{step.name}”的权限，请选择其他人员。", fields={"to": "没有办理权限"}
            )
        check_reviewer(to.id, review, step)
        step.assignee = to
        step.save(update_fields=["assignee"])
        write_act(review, Act.DELEGATE, actor, step=step, comment=comment.strip(), to_person=to)
    return review
