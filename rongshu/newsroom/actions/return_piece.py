"""Sending a piece back with marked passages and reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.due import cancel
from rongshu.foundation.errors import InvalidInput
from rongshu.library.actions.locking import lock
from rongshu.library.models import Resource
from rongshu.library.refusals import refusals_logged
from rongshu.newsroom.actions.withdraw_from_review import end_if_gone, give_back
from rongshu.newsroom.case import check_reviewer, checked_marks, lock_review, step_to_take, write_act
from rongshu.newsroom.machine import Act, State
from rongshu.newsroom.models import Review, ReviewStep
from rongshu.newsroom.permissions import may_publish
from rongshu.newsroom.scheduling import PUBLISH


def return_piece(
    *, actor: Person, review: Review, reason: str, marks: Sequence[Mapping[str, Any]] = ()
) -> Review:
    """Return a piece to its writer; `marks` are `{"start", "end", "text", "reason"}` in the text.

    By whom the open step is, or, once all are passed, by who may publish. Raise `InvalidInput` without a
    reason, `MarkMalformed`, `NothingToReview`, `SameReviewer`, `WroteItOneself`, `ReviewClosed`.
    """
    reason, checked = reason.strip(), checked_marks(marks)
    if not reason:
        raise InvalidInput("请填写退回的原因。", fields={"reason": "必须填写"})
    end_if_gone(review)
    with refusals_logged(actor, "review.return-refused", review), transaction.atomic():
        lock(Resource(pk=review.resource_id))
        review = lock_review(review, State.REVIEWING, State.PASSED)
        step = _step_of(actor, review)
        give_back(review)
        cancel(PUBLISH, review.pk)
        write_act(
            review, Act.RETURN, actor, to_state=State.RETURNED, step=step, comment=reason, marks=checked
        )
    return review


def _step_of(actor: Person, review: Review) -> ReviewStep | None:
    viewer = viewer_for(actor)
    if review.state == State.PASSED:
        require(may_publish(viewer, review))
        return None
    step = step_to_take(viewer, review)
    check_reviewer(actor.id, review, step)
    return step
