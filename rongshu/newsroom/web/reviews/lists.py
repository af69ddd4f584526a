"""The inbox over all sites, what may be published, and every case one may see."""

from __future__ import annotations

from functools import partial

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_parts import Column, Empty, Search, State, choice_filter, day_filters, text_filter
from rongshu.console.lists import ListPage
from rongshu.console.working_place import SITE, UNIT, in_unit
from rongshu.foundation import clock
from rongshu.library.queries.titles import with_version_titled, without_texts
from rongshu.newsroom import machine
from rongshu.newsroom.models import Review, ReviewStep
from rongshu.newsroom.queries.reviews import (
    cases_at_site,
    inbox,
    reviews_for,
    steps_at_site,
    waiting_to_publish,
    with_urgings,
)

TONES = {
    machine.State.REVIEWING: "info",
    machine.State.ESCALATED: "warning",
    machine.State.PASSED: "warning",
    machine.State.PUBLISHED: "well",
    machine.State.RETURNED: "problem",
}


def state_of(review: Review) -> State:
    """Return a case's state as a list shows it."""
    state = machine.State(review.state)
    return State(state.label, TONES.get(state, "quiet"))


def _step_state(step: ReviewStep) -> State:
    is_urged = getattr(step, "is_urged", False)
    if step.overdue_at is not None or step.due_at < clock.now():
        return State("逾期，已催办" if is_urged else "逾期", "problem")
    return State("已催办", "warning") if is_urged else State("待办", "info")


def _where(review: Review) -> str:
    if review.column is not None:
        return f"{review.column.site.name} · {review.column.name}"
    return review.owner.name


def _overdue(rows: QuerySet[ReviewStep], value: str) -> QuerySet[ReviewStep]:
    late = rows.filter(due_at__lt=clock.now())
    return late if value == "yes" else rows.exclude(due_at__lt=clock.now())


INBOX: ListPage[ReviewStep] = ListPage(
    code="review-inbox",
    title="待我审核",
    lead="各站点、各单位等您办理的审核和校对，最急的在前。",
    rows=lambda viewer: without_texts(with_urgings(inbox(viewer)), "review__version"),
    order="due_at",
    columns=(
        Column("title", "标题", lambda one: one.review.version.title),
        Column("step", "环节", lambda one: one.name, is_narrow=True),
        Column("state", "状态", _step_state, is_narrow=True),
        Column("owner", "单位或栏目", lambda one: _where(one.review)),
        Column("due", "办理期限", lambda one: one.due_at, order="due_at", is_narrow=True),
        Column("opened", "送达", lambda one: one.opened_at, is_narrow=True, is_shown=False),
    ),
    search=Search((), "标题中的词", find=partial(with_version_titled, version="review__version")),
    filters=(
        text_filter("owner", "单位", "owner__name__icontains"),
        choice_filter("kind", "类别", [("review", "审核"), ("proof", "校对")]),
        choice_filter("late", "期限", [("yes", "已逾期"), ("no", "未逾期")], apply=_overdue),
    ),
    open_url=lambda one: reverse("newsroom-review", args=[one.review_id]),
    act_url=lambda one: reverse("newsroom-review", args=[one.review_id]),
    narrow={UNIT: in_unit("review__owner_id"), SITE: steps_at_site},
    empty=Empty("没有等您办理的稿件", "稿件送到您的环节后会出现在这里。", "checks"),
)

READY: ListPage[Review] = ListPage(
    code="review-ready",
    title="待发布",
    lead="已通过全部审校，等待发布的稿件。",
    rows=lambda viewer: without_texts(waiting_to_publish(viewer).select_related("flow"), "version"),
    order="opened_at",
    columns=(
        Column("title", "标题", lambda one: one.version.title),
        Column("owner", "单位或栏目", _where),
        Column("flow", "流程", lambda one: one.flow.name, is_narrow=True),
        Column("at", "定时发布", lambda one: one.publish_at, is_narrow=True),
        Column("opened", "提交时间", lambda one: one.opened_at, order="opened_at", is_narrow=True),
    ),
    search=Search((), "标题中的词", find=partial(with_version_titled, version="version")),
    open_url=lambda one: reverse("newsroom-review", args=[one.pk]),
    act_url=lambda one: reverse("newsroom-review", args=[one.pk]),
    act_label="发布",
    narrow={UNIT: in_unit("owner_id"), SITE: cases_at_site},
    empty=Empty("没有等待发布的稿件", "稿件通过终审后会出现在这里。", "send"),
)


def _cases(viewer: Viewer) -> QuerySet[Review]:
    rows = reviews_for(viewer).select_related("version", "owner", "flow", "column__site", "opened_by")
    return without_texts(rows, "version")


REVIEWS: ListPage[Review] = ListPage(
    code="reviews",
    title="审核记录",
    rows=_cases,
    order="-opened_at",
    columns=(
        Column("title", "标题", lambda one: one.version.title or "（内容已清除）"),
        Column("state", "状态", state_of, is_narrow=True),
        Column("owner", "单位或栏目", _where),
        Column("flow", "流程", lambda one: one.flow.name, is_narrow=True),
        Column("by", "提交人", lambda one: one.opened_by.name, is_narrow=True),
        Column("opened", "提交时间", lambda one: one.opened_at, order="opened_at", is_narrow=True),
        Column("closed", "办结时间", lambda one: one.closed_at, is_narrow=True, is_shown=False),
    ),
    search=Search((), "标题中的词", find=partial(with_version_titled, version="version")),
    filters=(
        choice_filter("state", "状态", [(one.value, one.label) for one in machine.State]),
        text_filter("owner", "单位", "owner__name__icontains"),
        *day_filters("opened", "提交", "opened_at"),
    ),
    open_url=lambda one: reverse("newsroom-review", args=[one.pk]),
    narrow={UNIT: in_unit("owner_id"), SITE: cases_at_site},
    empty=Empty("还没有审核记录", "稿件提交审核后，每一步都会记在这里。", "history"),
)


@require_safe
def list_inbox(request: StaffRequest) -> HttpResponseBase:
    """Show what waits for the person."""
    return INBOX.answer(request)


@require_safe
def list_ready(request: StaffRequest) -> HttpResponseBase:
    """Show what may be published."""
    return READY.answer(request)


@require_safe
def list_reviews(request: StaffRequest) -> HttpResponseBase:
    """Show every case the person may see."""
    return REVIEWS.answer(request)
