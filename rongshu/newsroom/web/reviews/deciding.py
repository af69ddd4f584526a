"""What is posted from the page of a case: one address per deed, one action each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from rongshu.accounts.web.requests import StaffRequest
from rongshu.foundation.errors import InvalidInput, Refusal
from rongshu.newsroom.actions.add_proof_round import add_proof_round
from rongshu.newsroom.actions.delegate_step import delegate_step
from rongshu.newsroom.actions.escalate_review import escalate_review, record_answer
from rongshu.newsroom.actions.pass_step import pass_step
from rongshu.newsroom.actions.publish_piece import publish_piece, schedule_publication
from rongshu.newsroom.actions.return_piece import return_piece
from rongshu.newsroom.actions.submit_piece import submit_piece, submit_placement
from rongshu.newsroom.actions.urge_review import urge_review
from rongshu.newsroom.actions.withdraw_from_review import withdraw_from_review
from rongshu.newsroom.case import step_to_take
from rongshu.newsroom.machine import State
from rongshu.newsroom.models import Review
from rongshu.newsroom.queries.drafting import get_writable_piece
from rongshu.newsroom.queries.reviews import people_to_delegate_to, review_of
from rongshu.newsroom.review_text import marks_of
from rongshu.newsroom.web.reviews.showing import review_page
from rongshu.sites.queries import get_placement_for

Deed = Callable[[StaffRequest, Review], str]


def _answer(request: StaffRequest, review_id: UUID, deed: Deed) -> HttpResponse:
    """Do the deed and go to the inbox or back to the case; a refusal shows the page with what was typed."""
    review = review_of(request.viewer, review_id)
    try:
        said = deed(request, review)
    except Refusal as refusal:
        typed = request.POST.dict() | {"marked": _quoted(request.POST)}
        return review_page(request, review, refused=refusal.message, typed=typed)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("newsroom-review", args=[review.pk]))


@require_POST
def decide(request: StaffRequest, review_id: UUID) -> HttpResponse:
    """Pass or return the open step."""
    return _answer(request, review_id, _decide)


def _decide(request: StaffRequest, review: Review) -> str:
    comment = request.POST.get("comment", "").strip()
    if request.POST.get("decision") == "return":
        marks = marks_of(review.version, _quoted(request.POST))
        return_piece(actor=request.person, review=review, reason=comment, marks=marks)
        return "已退回给撰稿人。"
    step_id = _uuid(request.POST.get("step", ""))
    passed = pass_step(actor=request.person, review=review, comment=comment, step_id=step_id)
    return "已通过，稿件等待发布。" if passed.state == State.PASSED else "已通过，稿件进入下一环节。"


def _quoted(posted: QueryDict) -> list[tuple[str, str]]:
    pairs = zip(posted.getlist("quotation"), posted.getlist("mark_reason"), strict=False)
    return [(quotation.strip(), reason.strip()) for quotation, reason in pairs if quotation.strip()]


@require_POST
def delegate(request: StaffRequest, review_id: UUID) -> HttpResponse:
    """Hand the open step to another."""

    def deed(request: StaffRequest, review: Review) -> str:
        to_id = _uuid(request.POST.get("to", ""))
        offered = people_to_delegate_to(request.viewer, review, step_to_take(request.viewer, review))
        to = next((person for person in offered if person.pk == to_id), None)
        if to is None:
            raise InvalidInput("请选择转办给谁。", fields={"to": "请选择"})
        delegate_step(actor=request.person, review=review, to=to, comment=request.POST.get("comment", ""))
        return f"已转给{to.name}办理。"

    return _answer(request, review_id, deed)


@require_POST
def escalate(request: StaffRequest, review_id: UUID) -> HttpResponse:
    """Put the case to an office outside."""

    def deed(request: StaffRequest, review: Review) -> str:
        office, question = request.POST.get("office", ""), request.POST.get("question", "")
        escalate_review(actor=request.person, review=review, office=office, question=question)
        return "已登记报请审查，收到答复后请回到本页登记。"

    return _answer(request, review_id, deed)


@require_POST
def answer(request: StaffRequest, review_id: UUID) -> HttpResponse:
    """Record the office's answer."""

    def deed(request: StaffRequest, review: Review) -> str:
        agrees = request.POST.get("agrees") == "yes"
        record_answer(
            actor=request.person, review=review, agrees=agrees, answer=request.POST.get("answer", ""),
            document_number=request.POST.get("document_number", ""),
        )  # fmt: skip
        return "已登记答复，审核继续。" if agrees else "已登记答复，稿件退回。"

    return _answer(request, review_id, deed)


@require_POST
def add_proof(request: StaffRequest, review_id: UUID) -> HttpResponse:
    """Add one more proof round."""

    def deed(request: StaffRequest, review: Review) -> str:
        add_proof_round(actor=request.person, review=review, reason=request.POST.get("reason", ""))
        return "已加校一轮，校对通过后审核继续。"

    return _answer(request, review_id, deed)


@require_POST
def urge(request: StaffRequest, review_id: UUID) -> HttpResponse:
    """Urge the open steps."""

    def deed(request: StaffRequest, review: Review) -> str:
        urge_review(actor=request.person, review=review, comment=request.POST.get("comment", ""))
        return "已催办。"

    return _answer(request, review_id, deed)


@require_POST
def withdraw(request: StaffRequest, review_id: UUID) -> HttpResponse:
    """Take the piece back."""

    def deed(request: StaffRequest, review: Review) -> str:
        withdraw_from_review(actor=request.person, review=review, reason=request.POST.get("reason", ""))
        return "已撤回，可以继续修改。"

    return _answer(request, review_id, deed)


@require_POST
def publish(request: StaffRequest, review_id: UUID) -> HttpResponse:
    """Publish now, or at the moment given; or send a passed piece back."""

    def deed(request: StaffRequest, review: Review) -> str:
        if request.POST.get("decision") == "return":
            return_piece(actor=request.person, review=review, reason=request.POST.get("comment", ""))
            return "已退回给撰稿人。"
        if request.POST.get("decision") == "later":
            at = _moment(request.POST.get("at", ""))
            schedule_publication(actor=request.person, review=review, at=at)
            return f"将于 {timezone.localtime(at):%Y-%m-%d %H:%M} 发布。"
        publish_piece(actor=request.person, review=review, comment=request.POST.get("comment", ""))
        return "已发布。"

    return _answer(request, review_id, deed)


@require_POST
def submit(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """Submit a piece as it was saved last."""
    resource = get_writable_piece(request.viewer, resource_id)
    comment = request.POST.get("comment", "")
    submission = partial(submit_piece, actor=request.person, resource=resource, comment=comment)
    return _submit(request, resource.pk, submission, "已提交审核。")


@require_POST
def submit_place(request: StaffRequest, placement_id: UUID) -> HttpResponse:
    """Submit a placement to its column's own flow."""
    placement = get_placement_for(request.viewer, placement_id)
    comment = request.POST.get("comment", "")
    submission = partial(submit_placement, actor=request.person, placement=placement, comment=comment)
    return _submit(request, placement.resource_id, submission, "已提交栏目审核。")


def _submit(
    request: StaffRequest, resource_id: UUID, submission: Callable[[], Review], said: str
) -> HttpResponse:
    """Go to the case, or back to the piece with the reason of the refusal."""
    try:
        review = submission()
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return HttpResponseRedirect(reverse("newsroom-piece", args=[resource_id]))
    messages.success(request, said)
    return HttpResponseRedirect(reverse("newsroom-review", args=[review.pk]))


def _moment(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise InvalidInput("请填写定时发布的日期和时间。", fields={"at": "请填写"})
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
