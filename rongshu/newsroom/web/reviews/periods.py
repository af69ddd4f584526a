"""Key periods, and sources whose reprints need no form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.fields import OrganizationField
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.list_parts import Button, Column, Empty, State
from rongshu.console.lists import ListPage
from rongshu.console.pages import Crumb
from rongshu.foundation import clock
from rongshu.foundation.guards import get_one
from rongshu.newsroom.actions.keep_key_periods import (
    cancel_key_period,
    end_exemption,
    exempt_source,
    set_key_period,
)
from rongshu.newsroom.models import ExemptSource, KeyPeriod
from rongshu.newsroom.permissions import may_keep_flows, may_keep_unit_flows
from rongshu.newsroom.queries.assignments import exempt_sources_for, key_periods_for
from rongshu.newsroom.queries.flows import active_flows
from rongshu.newsroom.web.reviews.flows import EndForm, manages

PERIOD_CRUMBS = (Crumb("重要保障期", "newsroom-key-periods"),)
SOURCE_CRUMBS = (Crumb("转载来源", "newsroom-exempt-sources"),)


def _moment(label: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


def _day(label: str, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )


class PeriodForm(ConsoleForm):
    """A key period."""

    name = forms.CharField(label="名称", max_length=60)
    organization = OrganizationField(label="仅限机构及其下级", required=False)
    starts_at = _moment("开始")
    ends_at = _moment("结束")
    flow = forms.ChoiceField(label="期间至少按此流程审核", required=False)
    freezes_templates = forms.BooleanField(label="冻结模板、主题与区块", required=False, initial=True)
    basis = forms.CharField(label="依据", max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "不提高"), *((flow.code, flow.name) for flow in active_flows().reverse())]
        self.fields["flow"].choices = choices  # type: ignore[attr-defined]


class SourceForm(ConsoleForm):
    """A source whose reprints need no form."""

    name = forms.CharField(label="来源名称", max_length=100, help_text="与稿件“来源”完全一致才适用")
    organization = OrganizationField(label="仅限机构及其下级", required=False)
    starts_on = _day("起始日")
    ends_on = _day("截止日", required=False)
    basis = forms.CharField(label="依据", max_length=300)


def _period_state(one: KeyPeriod) -> State:
    now = clock.now()
    if one.cancelled_at is not None:
        return State("已取消")
    if one.starts_at > now:
        return State("未开始", "info")
    return State("进行中", "warning") if one.ends_at > now else State("已结束")


PERIODS: ListPage[KeyPeriod] = ListPage(
    code="key-periods",
    title="重要保障期",
    lead="期间内审核级别提高；勾选冻结的，站点主题、区块不能改动。",
    rows=key_periods_for,
    order="-starts_at",
    columns=(
        Column("name", "名称", lambda one: one.name),
        Column("state", "状态", _period_state, is_narrow=True),
        Column("starts", "开始", lambda one: one.starts_at, order="starts_at", is_narrow=True),
        Column("ends", "结束", lambda one: one.ends_at, order="ends_at", is_narrow=True),
        Column("flow", "审核流程", lambda one: one.flow.name if one.flow else "不提高"),
        Column("frozen", "冻结模板", lambda one: one.freezes_templates, is_narrow=True),
        Column("basis", "依据", lambda one: one.basis),
    ),
    act_url=lambda one: None if one.cancelled_at else reverse("newsroom-cancel-key-period", args=[one.pk]),
    act_label="取消",
    may_act=lambda viewer, one: may_keep_flows(viewer, one.organization_id),
    buttons=(
        Button("设置保障期", "newsroom-set-key-period", "plus", is_primary=True, is_for=may_keep_unit_flows),
    ),
    empty=Empty("没有设置重要保障期", "重大会议、活动期间可以提高审核级别并冻结模板。", "shield-check"),
)

SOURCES: ListPage[ExemptSource] = ListPage(
    code="exempt-sources",
    title="转载来源",
    lead="转载名单内来源的新闻按“转载审核”办理，免填发布审核表；重要栏目和保障期除外。",
    rows=exempt_sources_for,
    order="name",
    columns=(
        Column("name", "来源名称", lambda one: one.name, order="name"),
        Column("flow", "流程", lambda one: one.flow.name, is_narrow=True),
        Column("from", "起始日", lambda one: one.starts_on, is_narrow=True),
        Column("until", "截止日", lambda one: one.ends_on, is_narrow=True),
        Column("basis", "依据", lambda one: one.basis),
    ),
    act_url=lambda one: reverse("newsroom-end-source", args=[one.pk]),
    act_label="移出",
    may_act=lambda viewer, one: may_keep_flows(viewer, one.organization_id),
    buttons=(
        Button("增加来源", "newsroom-list-source", "plus", is_primary=True, is_for=may_keep_unit_flows),
    ),
    empty=Empty("名单为空", "名单内来源的转载免填审核表。", "list-check"),
)


def _given(form: ConsoleForm) -> dict[str, Any]:
    """Return what was filled in, the organisation by its id."""
    given = dict(form.cleaned_data)
    organization = given.pop("organization")
    return {**given, "organization_id": organization.pk if organization else None}


@require_safe
def list_periods(request: StaffRequest) -> HttpResponseBase:
    """Show the key periods."""
    require(manages(request.viewer))
    return PERIODS.answer(request)


@require_safe
def list_sources(request: StaffRequest) -> HttpResponseBase:
    """Show the listed sources."""
    require(manages(request.viewer))
    return SOURCES.answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
def set_period(request: StaffRequest) -> HttpResponse:
    """Set a key period."""
    require(may_keep_unit_flows(request.viewer))

    def act(form: PeriodForm) -> str:
        period = set_key_period(actor=request.person, **_given(form))
        return f"已设置“{period.name}”。"

    return answer_form(
        request, PeriodForm(request.POST or None), act, title="设置重要保障期", button="设置",
        done_url=reverse("newsroom-key-periods"), back_url=reverse("newsroom-key-periods"),
        crumbs=PERIOD_CRUMBS,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: StaffRequest, period_id: UUID) -> HttpResponse:
    """Call a key period off."""
    period = get_one(key_periods_for(request.viewer), pk=period_id)
    require(may_keep_flows(request.viewer, period.organization_id))

    def act(form: EndForm) -> str:
        cancel_key_period(actor=request.person, period=period, reason=form.cleaned_data["reason"])
        return "已取消。"

    return answer_form(
        request, EndForm(request.POST or None), act, title=f"取消“{period.name}”", button="取消保障期",
        done_url=reverse("newsroom-key-periods"), back_url=reverse("newsroom-key-periods"),
        crumbs=PERIOD_CRUMBS,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def list_source(request: StaffRequest) -> HttpResponse:
    """List a source."""
    require(may_keep_unit_flows(request.viewer))

    def act(form: SourceForm) -> str:
        source = exempt_source(actor=request.person, **_given(form))
        return f"已把“{source.name}”列入名单。"

    return answer_form(
        request, SourceForm(request.POST or None), act, title="增加转载来源", button="列入名单",
        done_url=reverse("newsroom-exempt-sources"), back_url=reverse("newsroom-exempt-sources"),
        crumbs=SOURCE_CRUMBS,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def end_source(request: StaffRequest, source_id: UUID) -> HttpResponse:
    """Take a source off the list."""
    source = get_one(exempt_sources_for(request.viewer), pk=source_id)
    require(may_keep_flows(request.viewer, source.organization_id))

    def act(form: EndForm) -> str:
        end_exemption(actor=request.person, source=source, reason=form.cleaned_data["reason"])
        return "已移出名单。"

    return answer_form(
        request, EndForm(request.POST or None), act, title=f"把“{source.name}”移出名单", button="移出名单",
        done_url=reverse("newsroom-exempt-sources"), back_url=reverse("newsroom-exempt-sources"),
        crumbs=SOURCE_CRUMBS,
    )  # fmt: skip
