"""Thresholds and deadlines: all of them, one with its history, and a new value from a day on."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from rongshu.accounts.actions.change_rule import change_rule
from rongshu.accounts.actions.inherit_rule import inherit_rule
from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.forms import answer_form
from rongshu.console.pages import Crumb, render_page
from rongshu.console.rules.forms import InheritForm, RuleForm
from rongshu.console.rules.queries import shown_rule, shown_rules
from rongshu.console.rules.words import value_in_words
from rongshu.console.scope_names import organization_names
from rongshu.foundation.errors import NotFound
from rongshu.foundation.rules import rule_value

CRUMBS = (Crumb("期限与阈值", "console-rules"),)


@require_safe
def list_rules(request: StaffRequest) -> HttpResponse:
    """Show every rule with what holds today."""
    require(request.viewer.may("platform.operate"))
    return render_page(request, "console/rules/list.html", {"sections": shown_rules()})


@require_safe
def show_rule(request: StaffRequest, code: str) -> HttpResponse:
    """Show a rule: what held, holds and will hold, by which source, for whom."""
    require(request.viewer.may("platform.operate"))
    rule, values = shown_rule(code)
    return render_page(request, "console/rules/rule.html", {"rule": rule, "values": values}, crumbs=CRUMBS)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StaffRequest, code: str) -> HttpResponse:
    """Give a rule another value from a day on."""
    require(request.viewer.may("platform.operate"))
    rule, _ = shown_rule(code)

    def act(form: RuleForm) -> str:
        given = form.cleaned_data
        row = change_rule(
            actor=request.person, code=code, value=form.value(), on=given["on"], source=given["source"],
            organization_id=given["organization"].pk if given["organization"] else None,
        )  # fmt: skip
        whom = given["organization"].name if given["organization"] else "全平台"
        return f"自 {row.effective_on} 起，{whom}的取值为：{value_in_words(row.value)}。"

    page = reverse("console-rule", args=[code])
    present = rule_value(code)
    form = RuleForm(request.POST if request.method == "POST" else None, present=present)
    return answer_form(
        request, form, act, title=f"新取值：{rule.name}", button="设定新取值", done_url=page, back_url=page,
        crumbs=CRUMBS, lead=f"现行取值：{value_in_words(present)}。",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def inherit(request: StaffRequest, code: str, organization_id: UUID) -> HttpResponse:
    """Take a unit's own value away from a day on: everyone's holds for it again."""
    require(request.viewer.may("platform.operate"))
    rule, values = shown_rule(code)
    if organization_id not in {one.own_of for one in values}:
        raise NotFound
    unit = organization_names([organization_id]).get(organization_id, "（已不存在）")

    def act(form: InheritForm) -> str:
        given = form.cleaned_data
        row = inherit_rule(
            actor=request.person, code=code, on=given["on"], source=given["source"],
            organization_id=organization_id,
        )  # fmt: skip
        return f"自 {row.effective_on} 起，{unit}随全平台的取值。"

    page = reverse("console-rule", args=[code])
    form = InheritForm(request.POST if request.method == "POST" else None)
    return answer_form(
        request, form, act, title=f"恢复随全平台：{unit}", button="恢复随全平台", done_url=page,
        back_url=page, crumbs=CRUMBS,
        lead=f"{rule.name}全平台的现行取值：{value_in_words(rule_value(code))}。此前的日子仍用该机构自己的取值。",
    )  # fmt: skip
