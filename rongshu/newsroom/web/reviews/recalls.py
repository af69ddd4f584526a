"""一键撤稿: what is out, recalling one or many, the log, restoring, and erasing with a second person."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import ConsoleForm, answer_form, refuse
from rongshu.console.list_parts import (
    BulkAct,
    Button,
    Column,
    Empty,
    Search,
    State,
    choice_filter,
    text_filter,
)
from rongshu.console.lists import ListPage, chosen_ids
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb, render_page
from rongshu.console.progress import work_url
from rongshu.foundation.errors import NotFound, Refusal
from rongshu.library.models import Resource
from rongshu.library.permissions import may_confirm_purge
from rongshu.library.queries import get_version_for
from rongshu.library.queries.titles import titled, without_texts
from rongshu.newsroom.actions.recall_piece import (
    decide_purge,
    places_of,
    recall_many,
    recall_piece,
    request_purge,
    restore_piece,
)
from rongshu.newsroom.models import PurgeRequest, Recall
from rongshu.newsroom.queries.recalls import (
    live_for,
    live_resource_for,
    purge_request_for,
    purge_requests_for,
    recall_for,
    recalls_for,
)

CRUMBS = (Crumb("撤稿记录", "newsroom-recalls"),)


class RecallForm(ConsoleForm):
    """Why something is taken down, and what readers are told."""

    reason = forms.CharField(label="撤稿原因", max_length=300, help_text="写入撤稿记录和审计记录，不对外显示")
    notice = forms.CharField(
        label="对外说明",
        max_length=300,
        required=False,
        help_text="显示在原网址的“此页面已经撤下”（410）页上，并记入撤稿记录",
    )


class ReasonForm(ConsoleForm):
    """Why."""

    reason = forms.CharField(label="原因", max_length=300)


def _title(recall: Recall) -> str:
    version = recall.resource.working_version
    return version.title if version else "（内容已清除）"


def _state(recall: Recall) -> State:
    return State("已恢复", "well") if recall.restored_at else State("已撤下", "warning")


RECALLS: ListPage[Recall] = ListPage(
    code="recalls",
    title="撤稿记录",
    rows=lambda viewer: without_texts(recalls_for(viewer), "resource__working_version"),
    order="-recalled_at",
    columns=(
        Column("title", "标题", _title),
        Column("state", "状态", _state, is_narrow=True),
        Column("owner", "单位", lambda one: one.owner.name),
        Column("reason", "原因", lambda one: one.reason),
        Column("places", "撤下处", lambda one: len(one.places), is_number=True, is_narrow=True),
        Column("by", "撤稿人", lambda one: one.recalled_by.name, is_narrow=True),
        Column("at", "撤稿时间", lambda one: one.recalled_at, order="recalled_at", is_narrow=True),
        Column("restored", "恢复时间", lambda one: one.restored_at, is_narrow=True),
    ),
    filters=(
        text_filter("owner", "单位", "owner__name__icontains"),
        choice_filter(
            "state", "状态", [("down", "已撤下"), ("back", "已恢复")],
            apply=lambda rows, value: rows.filter(restored_at__isnull=value == "down"),
        ),
    ),
    act_url=lambda one: None if one.restored_at else reverse("newsroom-restore-recall", args=[one.pk]),
    act_label="恢复",
    buttons=(
        Button(
            "撤稿", "newsroom-live", "ban", is_primary=True,
            is_for=lambda viewer: may_anywhere(viewer, "resource.withdraw"),
        ),
    ),
    empty=Empty("还没有撤稿记录", "撤下的内容、原因和当时的发布位置会记在这里。", "ban"),
)  # fmt: skip

LIVE: ListPage[Resource] = ListPage(
    code="live",
    title="选择要撤下的内容",
    lead="撤稿后，所有站点、列表、订阅和检索中都不再显示，原网址答复“内容已撤下”。",
    rows=lambda viewer: without_texts(live_for(viewer), "effective_version"),
    order="-pk",
    columns=(
        Column("title", "标题", lambda one: one.effective_version.title if one.effective_version else ""),
        Column("type", "类型", lambda one: one.type.name_cn, is_narrow=True),
        Column("owner", "单位", lambda one: one.owner.name),
        Column("index", "索引号", lambda one: one.index_number or "", is_narrow=True),
        Column("published", "发布时间", lambda one: one.published_at, is_narrow=True),
    ),
    search=Search((), "标题中的词或索引号", find=titled),
    filters=(text_filter("owner", "单位", "owner__name__icontains"),),
    open_url=lambda one: reverse("newsroom-recall", args=[one.pk]),
    bulk=(BulkAct("一键撤稿", "newsroom-recall-many", "ban", is_dangerous=True),),
    empty=Empty("没有您可以撤下的内容", "您负责的单位还没有已发布的内容。", "ban"),
    crumbs=CRUMBS,
)


@require_safe
def list_recalls(request: StaffRequest) -> HttpResponseBase:
    """Show the log."""
    return RECALLS.answer(request)


@require_safe
def list_live(request: StaffRequest) -> HttpResponseBase:
    """Show what is out and can be recalled."""
    return LIVE.answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """Take one resource off every site."""
    resource = live_resource_for(request.viewer, resource_id)
    version = resource.effective_version

    def act(form: RecallForm) -> str:
        made = recall_piece(actor=request.person, resource=resource, **form.cleaned_data)
        return f"已撤稿，正从 {len(made.places)} 处撤下。"

    return answer_form(
        request,
        RecallForm(request.POST or None),
        act,
        title=f"撤稿：{version.title if version else ''}",
        button="一键撤稿",
        done_url=reverse("newsroom-recalls"),
        back_url=reverse("newsroom-live"),
        crumbs=CRUMBS,
        template="newsroom/reviews/recall.html",
        context={"places": places_of(resource), "resource": resource},
    )


@require_POST
def recall_chosen(request: StaffRequest) -> HttpResponse:
    """Take the chosen resources off every site, as work with a bar."""
    ids = chosen_ids(request)
    chosen = list(live_for(request.viewer).filter(pk__in=ids))
    if not chosen:
        raise NotFound
    form = RecallForm(request.POST if request.POST.get("confirmed") else None)
    asked = ask_first(
        request,
        question=f"撤下 {len(chosen)} 条内容？",
        consequences=[
            *(one.effective_version.title for one in chosen[:10] if one.effective_version),
            "所有站点、列表、订阅和检索中都不再显示，原网址答复“内容已撤下”。",
            "内容仍在信息资源库中，可以恢复。",
        ],
        button=f"撤下 {len(chosen)} 条",
        form=form,
        back_url=reverse("newsroom-live"),
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    _, work = recall_many(actor=request.person, resource_ids=[one.pk for one in chosen], **form.cleaned_data)
    return HttpResponseRedirect(work_url(work))


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: StaffRequest, recall_id: UUID) -> HttpResponse:
    """Put back what was recalled."""
    recalled = recall_for(request.viewer, recall_id)

    def act(form: ReasonForm) -> str:
        restore_piece(actor=request.person, recall=recalled, reason=form.cleaned_data["reason"])
        return "已恢复，内容将在原网址重新显示。"

    return answer_form(
        request,
        ReasonForm(request.POST or None),
        act,
        title=f"恢复：{_title(recalled)}",
        button="恢复发布",
        done_url=reverse("newsroom-recalls"),
        back_url=reverse("newsroom-recalls"),
        crumbs=CRUMBS,
        template="newsroom/reviews/recall.html",
        context={"places": recalled.places, "recall": recalled},
    )


def _purge_state(one: PurgeRequest) -> State:
    if one.decided_at is None:
        return State("等待确认", "warning")
    return State("已清除", "well") if one.is_carried_out else State("已拒绝", "quiet")


PURGES: ListPage[PurgeRequest] = ListPage(
    code="purges",
    title="彻底清除",
    lead="清除后正文与附件不可恢复，须由另一名有确认权限的人员确认。",
    rows=purge_requests_for,
    order="-requested_at",
    columns=(
        Column("title", "标题", lambda one: one.version.title or "（内容已清除）"),
        Column("state", "状态", _purge_state, is_narrow=True),
        Column("owner", "单位", lambda one: one.owner.name),
        Column("reason", "原因", lambda one: one.reason),
        Column("by", "申请人", lambda one: one.requested_by.name, is_narrow=True),
        Column("at", "申请时间", lambda one: one.requested_at, order="requested_at", is_narrow=True),
        Column(
            "decided", "确认人", lambda one: one.decided_by.name if one.decided_by else "", is_narrow=True
        ),
    ),
    act_url=lambda one: None if one.decided_at else reverse("newsroom-decide-purge", args=[one.pk]),
    act_label="查看申请",
    empty=Empty("没有清除申请", "在稿件详情中可以申请彻底清除一个版本。", "trash"),
)


@require_safe
def list_purges(request: StaffRequest) -> HttpResponseBase:
    """Show requests to erase."""
    return PURGES.answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_purge(request: StaffRequest, version_id: UUID) -> HttpResponse:
    """Ask that a version be erased."""
    version = get_version_for(request.viewer, version_id)

    def act(form: ReasonForm) -> str:
        request_purge(actor=request.person, version=version, reason=form.cleaned_data["reason"])
        return "已提交清除申请，等待另一名人员确认。"

    return answer_form(
        request, ReasonForm(request.POST or None), act, title=f"申请彻底清除：{version.title}",
        button="提交清除申请", done_url=reverse("newsroom-purges"),
        back_url=reverse("newsroom-piece", args=[version.resource_id]), crumbs=CRUMBS,
        lead="清除后正文、附件和归档的审核表都不可恢复，只保留指纹、编号和审计记录。",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def decide_one_purge(request: StaffRequest, request_id: UUID) -> HttpResponse:
    """Confirm or refuse an erasure."""
    asked = purge_request_for(request.viewer, request_id)
    form = ConsoleForm(request.POST if request.method == "POST" else None)
    is_own = asked.requested_by_id == request.person.pk
    may_confirm = not is_own and may_confirm_purge(request.viewer, asked.version.resource)
    shown = {"asked": asked, "form": form, "is_own": is_own, "may_confirm": may_confirm}
    if request.method == "POST":
        agrees = request.POST.get("decision") == "yes"
        try:
            decide_purge(actor=request.person, request=asked, agrees=agrees)
        except Refusal as refusal:
            form.is_valid()
            refuse(form, refusal)
            return render_page(request, "newsroom/reviews/purge.html", shown, crumbs=CRUMBS, status=422)
        messages.success(request, "已彻底清除。" if agrees else "已拒绝清除申请。")
        return HttpResponseRedirect(reverse("newsroom-purges"))
    return render_page(request, "newsroom/reviews/purge.html", shown, crumbs=CRUMBS)
