"""Re-scans of the published history: begin one, follow it, read its report by site."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.fields import OrganizationField
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.list_parts import Button, Column, Empty, Exact, State
from rongshu.console.lists import ListPage
from rongshu.console.pages import Crumb, render_page
from rongshu.console.progress import work_url
from rongshu.inspection.actions.rescanning import start_rescan
from rongshu.inspection.models import Rescan
from rongshu.inspection.queries.dictionaries import rescan_for, rescans_for, results_by_site, worst_of
from rongshu.inspection.web.dictionaries import manages

CRUMBS = (Crumb("历史内容复查", "inspection-rescans"),)


def _state(one: Rescan) -> State:
    if one.finished_at:
        return State("已完成", "well")
    return State("已停止", "quiet") if one.stopped_at else State("进行中", "info")


RESCANS = ListPage[Rescan](
    code="inspection-rescans",
    title="历史内容复查",
    lead="词库变更后自动在后台用新词库重新检查已发布的全部内容，按站点给出结果；也可以手动发起。",
    rows=rescans_for,
    order="-asked_at",
    columns=(
        Column("reason", "原因", lambda one: one.reason),
        Column("scope", "范围", lambda one: one.organization.name if one.organization else "全平台"),
        Column("done", "进度", lambda one: f"{one.done} / {one.total}", is_narrow=True),
        Column("state", "状态", _state, is_narrow=True),
        Column("by", "发起人", lambda one: one.asked_by.name, is_narrow=True),
        Column("at", "时间", lambda one: Exact(one.asked_at), order="asked_at", is_narrow=True),
    ),
    open_url=lambda one: reverse("inspection-rescan", args=[one.pk]),
    buttons=(Button("发起复查", "inspection-new-rescan", "refresh", is_primary=True),),
    empty=Empty("还没有复查", "词库变更后自动复查，也可以从这里发起。", "search"),
)  # fmt: skip


class RescanForm(ConsoleForm):
    """Why, and of whom."""

    reason = forms.CharField(label="原因", max_length=300, help_text="如：领导人词库更新")
    organization = OrganizationField(
        label="范围", required=False, help_text="某机构及其下级；留空为全平台（需要平台词库管理权限）"
    )


@require_safe
def list_rescans(request: StaffRequest) -> HttpResponseBase:
    """List the re-scans."""
    require(manages(request.viewer))
    return RESCANS.answer(request)


def begin_rescan(request: StaffRequest) -> HttpResponse:
    """Begin one; it goes on in the background."""
    require(manages(request.viewer))
    done: list[str] = []

    def act(filled: RescanForm) -> str:
        organization = filled.cleaned_data["organization"]
        _, work = start_rescan(
            actor=request.person,
            reason=filled.cleaned_data["reason"],
            organization_id=organization.pk if organization else None,
        )
        done.append(work_url(work))
        return "复查已开始，可以关闭本页。"

    return answer_form(
        request, RescanForm(request.POST or None), act, title="发起历史内容复查", button="开始复查",
        done_url=lambda: done[0], back_url=reverse("inspection-rescans"), crumbs=CRUMBS,
    )  # fmt: skip


@require_safe
def show_rescan(request: StaffRequest, rescan_id: UUID) -> HttpResponse:
    """Show the report by site, and the resources that weigh most."""
    rescan = rescan_for(request.viewer, rescan_id)
    shown = {"rescan": rescan, "sites": results_by_site(rescan), "worst": worst_of(rescan)}
    return render_page(request, "inspection/rescan.html", shown, crumbs=CRUMBS)
