"""Asking the secrecy, internet-information or another competent office, and recording its answer (P7-11)."""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.errors import InvalidInput
from rongshu.library.actions.locking import lock
from rongshu.library.models import Resource
from rongshu.library.refusals import refusals_logged
from rongshu.newsroom.actions.withdraw_from_review import give_back
from rongshu.newsroom.case import check_reviewer, lock_review, step_to_take, write_act
from rongshu.newsroom.machine import Act, State
from rongshu.newsroom.models import Review, StepKind


class Office(StrEnum):
    """Who is asked."""

    SECRECY = "secrecy"
    INTERNET = "internet"
    COMPETENT = "competent"


OFFICES = {Office.SECRECY: "保密行政管理部门", Office.INTERNET: "网信部门", Office.COMPETENT: "业务主管部门"}


def escalate_review(*, actor: Person, review: Review, office: str, question: str) -> Review:
    """Put a case to an office outside; it rests until the answer is recorded."""
    if office not in OFFICES or not question.strip():
        raise InvalidInput(
            "请选择报请的部门并写明需要审查的问题。", fields={"question": "必须填写", "office": "请选择"}
        )
    with refusals_logged(actor, "review.escalation-refused", review), transaction.atomic():
        review = lock_review(review, State.REVIEWING)
        step = step_to_take(viewer_for(actor), review, kind=StepKind.REVIEW)
        check_reviewer(actor.id, review, step)
        write_act(
            review, Act.ESCALATE, actor, to_state=State.ESCALATED, step=step, comment=question.strip(),
            details={"office": office, "office_name": OFFICES[Office(office)]},
        )  # fmt: skip
    return review


def record_answer(
    *, actor: Person, review: Review, agrees: bool, answer: str, document_number: str = ""
) -> Review:
    """Record the office's answer: agreed, the review goes on; not agreed, the piece goes back."""
    if not answer.strip():
        raise InvalidInput("请填写答复内容。", fields={"answer": "必须填写"})
    with refusals_logged(actor, "review.answer-refused", review), transaction.atomic():
        lock(Resource(pk=review.resource_id))
        review = lock_review(review, State.ESCALATED)
        step_to_take(viewer_for(actor), review, kind=StepKind.REVIEW)
        if not agrees:
            give_back(review)
        write_act(
            review, Act.ANSWER, actor, to_state=State.REVIEWING if agrees else State.RETURNED,
            comment=answer.strip(), details={"agrees": agrees, "document_number": document_number[:100]},
        )  # fmt: skip
    return review
