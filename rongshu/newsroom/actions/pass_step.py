"""Passing a review or proof."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.bulk_rows import update_rows
from rongshu.foundation.change_marks import one_look
from rongshu.foundation.due import schedule
from rongshu.library.refusals import refusals_logged
from rongshu.newsroom.actions.withdraw_from_review import end_if_gone
from rongshu.newsroom.case import check_reviewer, lock_review, open_steps, step_to_take, steps_of, write_act
from rongshu.newsroom.errors import NotYetAnswered
from rongshu.newsroom.machine import Act, State
from rongshu.newsroom.models import Review, ReviewAct, ReviewStep
from rongshu.newsroom.scheduling import PUBLISH


def pass_step(
    *,
    actor: Person,
    review: Review,
    comment: str = "",
    step_id: UUID | None = None,
    kind: str | None = None,
) -> Review:
    """Pass the open step that is the actor's (`step_id` or `kind` say which when several are).

    The next stage opens when all steps of this one are passed; after the last the piece may be published.
    Raise `NothingToReview`, `WroteItOneself`, `SameReviewer`, `NotYetAnswered`, `ReviewClosed`, `PieceGone`.
    """
    end_if_gone(review)
    with refusals_logged(actor, "review.pass-refused", review), transaction.atomic(), one_look():
        review = lock_review(review, State.REVIEWING)
        steps = steps_of(review)
        step = step_to_take(viewer_for(actor), review, step_id, kind, steps=steps)
        check_reviewer(actor.id, review, step)
        _check_answered(review, step)
        _write_pass(actor, review, step, steps, comment)
    return review


def _check_answered(review: Review, step: ReviewStep) -> None:
    if not review.needs_escalation or step.level != review.levels:
        return
    answers = ReviewAct.objects.filter(review=review, kind=Act.ANSWER, to_state=State.REVIEWING)
    if not answers.exists():
        raise NotYetAnswered


def _write_pass(
    actor: Person, review: Review, step: ReviewStep, steps: Sequence[ReviewStep], comment: str
) -> None:
    undone = [one for one in steps if one.done_act_id is None and one.pk != step.pk]
    if any(one.stage == review.stage for one in undone):
        state, stage = State.REVIEWING, review.stage
    elif undone:
        state, stage = State.REVIEWING, min(one.stage for one in undone)
    else:
        state, stage = State.PASSED, review.stage
    # The step is done before the case moves on: the database lets no stage be left with one undone.
    act = write_act(
        review, Act.PASS, actor, to_state=state, to_stage=stage, step=step, comment=comment,
        before_move=partial(_finish, step),
    )  # fmt: skip
    if stage != act.from_stage:
        opened = [one for one in undone if one.stage == stage]
        open_steps(review, opened)
        update_rows(opened, ("is_open", "opened_at", "due_at"))
    if state == State.PASSED and review.publish_at is not None:
        schedule(PUBLISH, review.pk, review.publish_at)


def _finish(step: ReviewStep, act: ReviewAct) -> None:
    step.is_open, step.done_act = False, act
    update_rows([step], ("is_open", "done_act"))
