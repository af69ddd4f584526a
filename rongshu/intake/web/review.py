"""The review list: the saved page beside what was extracted, corrected by pointing or typing."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_parts import Column, Empty, Search, State, choice_filter
from rongshu.console.lists import ListPage
from rongshu.console.pages import render_page
from rongshu.console.progress import work_url
from rongshu.foundation.errors import Refusal
from rongshu.foundation.guards import get_one
from rongshu.intake.actions.correct_article import (
    Proposal,
    accept_article,
    correct_article,
    preview_of,
    propose_correction,
    require_reviewable,
)
from rongshu.intake.actions.correcting_passes import is_undecided
from rongshu.intake.columns import LEFT_OUT
from rongshu.intake.crawling import FetchRefused
from rongshu.intake.doubts import FIELD_NAMES, doubt_text
from rongshu.intake.errors import NotYetCorrectable
from rongshu.intake.extraction import PageRefused
from rongshu.intake.models import IntakeArticle
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.chain import newest_of
from rongshu.intake.queries.review import Change, Preview, shown_page, template_of, to_review
from rongshu.intake.web.finding_runs import run_for
from rongshu.intake.web.review_form import CorrectionForm, found_by_text
from rongshu.intake.web.runs import CRUMBS
from rongshu.intake.web.tabs import tabs_of

# The page that shows the saved one frames its own listener; the saved page runs no script and loads nothing.
_FRAMING: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'"
)
_SAVED: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; "
    "base-uri 'none'; sandbox allow-same-origin"
)
_GONE: Final = (
    '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>旧网页</title></head>'
    "<body><p>这个网页没有留存，无法在此显示；请按旧网址查看。</p></body></html>"
)
_Review = IntakeArticle.Review
_TONES: Final = {_Review.OPEN: "warning", _Review.CORRECTED: "well", _Review.ACCEPTED: "well"}


def _doubts(article: IntakeArticle) -> str:
    return "；".join(doubt_text(code) for code in article.doubts)


def _state(article: IntakeArticle) -> State:
    return State(_Review(article.review).label, _TONES.get(_Review(article.review), "quiet"))


def _by_doubt(viewer: Viewer) -> list[tuple[str, str]]:
    kinds = [(f"{name}-missing", f"缺{FIELD_NAMES[name]}") for name in ("title", "published_at", "body")]
    names = ("title", "published_at", "source", "document_number", "body")
    return kinds + [(f"{name}-unsure", f"{FIELD_NAMES[name]}把握不大") for name in names]


REVIEW: ListPage[IntakeArticle] = ListPage(
    code="intake-review",
    title="复核清单",
    rows=lambda viewer: IntakeArticle.objects.none(),  # below one run: `answer` gets the rows
    order="position",
    columns=(
        Column("title", "标题", lambda one: one.extracted.get("title") or "（无标题）"),
        Column("doubts", "须复核", _doubts),
        Column("published", "发布时间", lambda one: one.extracted.get("published_at") or "", is_narrow=True),
        Column("outcome", "去向", lambda one: one.get_outcome_display(), is_narrow=True),
        Column("state", "状态", _state, is_narrow=True),
        Column("url", "旧网址", lambda one: one.url, is_shown=False),
    ),
    filters=(
        choice_filter(
            "review",
            "状态",
            [(value, label) for value, label in _Review.choices if value],
        ),
        choice_filter("doubt", "须复核的项", _by_doubt, apply=lambda rows, code: rows.filter(
            doubts__icontains=f'"{code}"'
        )),
    ),
    search=Search(("url",), "旧网址"),
    open_url=lambda one: reverse("intake-article", args=[one.run_id, one.pk]),
    empty=Empty("没有须复核的网页", "缺必需内容或把握不大的提取结果列在这里。", "checks"),
    template="intake/review.html",
)  # fmt: skip


@require_safe
def list_review(request: StaffRequest, run_id: UUID) -> HttpResponseBase:
    """List the pages of a run that a person is to look at, or has."""
    run = run_for(request.viewer, run_id)
    require(may_run_intake(request.viewer, run.site))
    rows = run.articles.exclude(review=_Review.NONE).exclude(code=LEFT_OUT)
    return REVIEW.answer(
        request, rows=rows, context={"run": run, "tabs": tabs_of(request.viewer, run, "intake-review")}
    )


@require_safe
def show_article(request: StaffRequest, run_id: UUID, article_id: int) -> HttpResponse:
    """Show the saved page and the extraction side by side."""
    article = _article_for(request, run_id, article_id)
    return _article_page(request, article, CorrectionForm(article))


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: StaffRequest, run_id: UUID, article_id: int) -> HttpResponse:
    """Preview a correction, then carry it out for the page or for its whole template."""
    article = _article_for(request, run_id, article_id)
    if request.method != "POST":  # the preview was loaded again: there is nothing to show without the form
        return HttpResponseRedirect(reverse("intake-article", args=[run_id, article_id]))
    form = CorrectionForm(article, request.POST)
    if not form.is_valid():
        return _article_page(request, article, form)
    said = form.said()
    step = request.POST.get("step", "preview")
    try:
        require_reviewable(article.run)
        if step not in {"page", "template"}:
            return _preview_page(request, article, form, propose_correction(article, said))
        work = correct_article(
            actor=request.person, article=article, said=said, for_template=step == "template"
        )
    except (FetchRefused, PageRefused, Refusal) as error:
        form.refuse(error)
        return _article_page(request, article, form)
    return HttpResponseRedirect(work_url(work))


@require_POST
def accept(request: StaffRequest, run_id: UUID, article_id: int) -> HttpResponse:
    """Take an article as it is, and go on to the next one to review."""
    article = _article_for(request, run_id, article_id)
    try:
        accept_article(actor=request.person, article=article)
    except Refusal as error:
        messages.error(request, error.message)
        return HttpResponseRedirect(reverse("intake-article", args=[run_id, article_id]))
    following = to_review(article.run).filter(position__gt=article.position).first()
    if following is None:
        return HttpResponseRedirect(reverse("intake-review", args=[run_id]))
    return HttpResponseRedirect(reverse("intake-article", args=[run_id, following.pk]))


@require_safe
def show_saved_page(request: StaffRequest, run_id: UUID, article_id: int) -> HttpResponse:
    """Give the saved page: no script, no form, nothing loaded from anywhere."""
    article = _article_for(request, run_id, article_id)
    try:
        text = shown_page(article).html(article.anchors, FIELD_NAMES)
    except (FetchRefused, PageRefused):
        text = _GONE
    answer = HttpResponse(text)
    answer["Content-Security-Policy"] = _SAVED
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer["Cache-Control"] = "no-store"
    return answer


def _article_for(request: StaffRequest, run_id: UUID, article_id: int) -> IntakeArticle:
    run = run_for(request.viewer, run_id)
    require(may_run_intake(request.viewer, run.site))
    return newest_of(get_one(run.articles.select_related("run__follows"), pk=article_id))


def _article_page(request: HttpRequest, article: IntakeArticle, form: CorrectionForm) -> HttpResponse:
    following = to_review(article.run).filter(position__gt=article.position).first()
    shown: dict[str, Any] = {
        "run": article.run,
        "article": article,
        "form": form,
        "doubts": [doubt_text(code) for code in article.doubts],
        "state": _state(article),
        "template": template_of(article),
        "following": following,
        "left": to_review(article.run).count(),
        "not_yet": _not_yet(article),
        "is_approved": article.run.batch is not None and not is_undecided(article.run),
        "blocks": _blocks(article),
    }
    answer = render_page(
        request, "intake/article.html", shown, crumbs=CRUMBS, status=422 if form.errors else 200
    )
    answer["Content-Security-Policy"] = _FRAMING
    return answer


def _not_yet(article: IntakeArticle) -> str:
    try:
        require_reviewable(article.run)
    except NotYetCorrectable as error:
        return error.message
    return ""


def _blocks(article: IntakeArticle) -> list[tuple[int, str]]:
    """Return what a body may be chosen from by keyboard, and without scripts."""
    try:
        return shown_page(article).text_blocks()
    except (FetchRefused, PageRefused):
        return []


def _preview_page(
    request: HttpRequest, article: IntakeArticle, form: CorrectionForm, proposal: Proposal
) -> HttpResponse:
    found, preview = article.extracted, preview_of(article, proposal)
    own = [
        (FIELD_NAMES[one.field], _before(found, one.field), one.value or "所选区域的正文")
        for one in form.said()
    ]
    shown = {
        "run": article.run,
        "article": article,
        "own": own,
        "preview": preview,
        "changes": _changes(article, preview),
        "is_approved": not is_undecided(article.run),
        "kept": [(name, value) for name, value in request.POST.items() if name not in _NOT_KEPT],
    }
    return render_page(request, "intake/correction.html", shown, crumbs=CRUMBS)


def _changes(article: IntakeArticle, preview: Preview | None) -> list[tuple[Change, str]]:
    return [
        (change, FIELD_NAMES.get(change.field.removesuffix("_html"), "附件和图片"))
        for change in (preview.changes if preview else ())
        if change.article.pk != article.pk
    ]


_NOT_KEPT: Final = frozenset({"csrfmiddlewaretoken", "step"})


def _before(found: dict[str, Any], field: str) -> str:
    value = (found.get("body_text") or "")[:80] if field == "body" else found.get(field)
    how = found_by_text((found.get("found_by") or {}).get(field, ""))
    return f"{value or '（无）'}{f'（{how}）' if value and how else ''}"
