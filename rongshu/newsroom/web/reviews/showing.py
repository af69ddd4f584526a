"""The page of one case: text, marks, findings, decision, history; and its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.pages import Crumb, render_page
from rongshu.foundation import storage
from rongshu.foundation.errors import NotFound
from rongshu.inspection.queries import may_read_findings
from rongshu.newsroom.actions.escalate_review import OFFICES
from rongshu.newsroom.actions.open_review import open_review
from rongshu.newsroom.case import step_to_take
from rongshu.newsroom.errors import NothingToReview
from rongshu.newsroom.machine import OPEN_STATES, State
from rongshu.newsroom.models import Review, ReviewAct, ReviewStep
from rongshu.newsroom.permissions import may_publish, may_submit
from rongshu.newsroom.queries.review_forms import archived_form_of, form_of
from rongshu.newsroom.queries.reviews import (
    history_of,
    people_to_delegate_to,
    remark_of,
    return_before,
    review_of,
)
from rongshu.newsroom.review_text import passages, shown_body, text_of
from rongshu.newsroom.web.reviews.lists import state_of

_FEWEST_ROWS: Final = 3
_MOST_ROWS: Final = 50
CRUMBS = (Crumb("待我审核", "newsroom-inbox"),)


@require_safe
def show_review(request: StaffRequest, review_id: UUID) -> HttpResponse:
    """Show a case; that the person opened it becomes part of its history."""
    review = open_review(actor=request.person, review_id=review_id)
    return review_page(request, review)


def review_page(
    request: StaffRequest, review: Review, *, refused: str = "", typed: dict[str, Any] | None = None
) -> HttpResponse:
    """Render the page of a case, with what was refused and typed."""
    review = review_of(request.viewer, review.pk)
    step = own_step(request.viewer, review)
    marks = _marks(review)
    shown = {
        "review": review, "version": review.version, "resource": review.resource, "state": state_of(review),
        "steps": review.steps.select_related("done_act__person", "assignee"), "step": step,
        "may_decide": step is not None and review.state == State.REVIEWING,
        "may_answer": step is not None and review.state == State.ESCALATED,
        "may_publish": review.state == State.PASSED and may_publish(request.viewer, review),
        "may_withdraw": review.state in OPEN_STATES and _is_own(request, review),
        "may_edit": may_submit(request.viewer, review.resource), "is_over": review.state not in OPEN_STATES,
        "is_returned": review.state == State.RETURNED,
        "people": people_to_delegate_to(request.viewer, review, step) if step is not None else [],
        "offices": OFFICES, "body": shown_body(review.version), "marks": marks,
        "passages": list(passages(text_of(review.version), marks)), "rows": _mark_rows(typed),
        "may_read_findings": may_read_findings(request.viewer, review.version),
        "returned": return_before(review), "remark": remark_of(review),
        "history": history_of(request.viewer, review), "refused": refused, "typed": typed or {},
    }  # fmt: skip
    return render_page(
        request, "newsroom/reviews/review.html", shown, crumbs=CRUMBS, status=422 if refused else 200
    )


def _mark_rows(typed: Mapping[str, Any] | None) -> list[tuple[int, str, str]]:
    """Return the rows for marked passages, numbered, with what had been typed before a refusal."""
    marked = list((typed or {}).get("marked", ()))[:_MOST_ROWS]
    empty = max(_FEWEST_ROWS - len(marked), 0)
    return [(number, *pair) for number, pair in enumerate([*marked, *[("", "")] * empty], 1)]


def own_step(viewer: Viewer, review: Review) -> ReviewStep | None:
    """Return the open step that is the viewer's, if any."""
    try:
        return step_to_take(viewer, review)
    except NothingToReview:
        return None


def _is_own(request: StaffRequest, review: Review) -> bool:
    return review.opened_by_id == request.person.id or may_submit(request.viewer, review.resource)


def _marks(review: Review) -> list[dict[str, Any]]:
    """Return what was marked when this case came back, or, on a new one, nothing: the text has changed."""
    marked = ReviewAct.objects.filter(review=review).exclude(marks=[]).order_by("-at").first()
    return list(marked.marks) if marked else []


@require_safe
def show_form(request: StaffRequest, review_id: UUID) -> HttpResponse:
    """Show the review form, ready to print."""
    review = open_review(actor=request.person, review_id=review_id)
    archived = archived_form_of(review)
    shown = {"review": review, "form": form_of(review), "archived": archived}
    return render_page(request, "newsroom/reviews/form.html", shown, crumbs=CRUMBS)


@require_safe
def give_archived_form(request: StaffRequest, review_id: UUID) -> HttpResponseBase:
    """Give the archived form as a file: JSON, or the page with `?as=html`."""
    review = open_review(actor=request.person, review_id=review_id)
    archived = archived_form_of(review)
    if archived is None:
        raise NotFound
    is_page = request.GET.get("as") == "html"
    stored = storage.open(archived.html_digest if is_page else archived.json_digest)
    answer = FileResponse(
        stored,
        as_attachment=True,
        filename=f"review-form-{review.pk}.{'html' if is_page else 'json'}",
        content_type="text/html; charset=utf-8" if is_page else "application/json",
    )
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
