"""The rules of automatic columns: listed, made, looked at, signed level by level, stopped."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.fields import OrganizationsField
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.keyset import count_up_to
from rongshu.console.list_parts import Column, Empty, State, choice_filter
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb, render_page
from rongshu.console.working_place import SITE, UNIT, at_site, in_unit
from rongshu.foundation.errors import NotFound
from rongshu.library.models import Category, ResourceType
from rongshu.library.queries.query_words import query_in_words
from rongshu.sites.actions.select_automatically import select_automatically, stop_selecting
from rongshu.sites.actions.sign_selection import sign_selection
from rongshu.sites.models import ColumnSelection
from rongshu.sites.permissions import may_manage_column
from rongshu.sites.queries.selections import (
    RuleStanding,
    get_selection_for,
    may_look_at_rule,
    may_sign_rule,
    selections_for,
    standing_of_rule,
)
from rongshu.sites.selecting import selected_by
from rongshu.sites.web.columns import column_of
from rongshu.sites.web.forms import ReasonForm

CRUMBS = (Crumb("自动归集规则", "column-selections"),)
CAPABILITIES = ("column.manage", "placement.approve", "review.first", "review.second", "review.final")
_COUNTED, _SHOWN = 1_000, 10
_DAYS = ("published_from", "published_until")


def state_of(selection: ColumnSelection) -> State:
    """Return where a rule is, as a list shows it."""
    if not selection.is_active:
        return State("已停用", "quiet")
    return State("等待批准", "warning") if selection.approval_id is None else State("归集中", "well")


def _of_state(rows: QuerySet[ColumnSelection], value: str) -> QuerySet[ColumnSelection]:
    if value == "stopped":
        return rows.filter(is_active=False)
    return rows.filter(is_active=True, approval__isnull=value == "waiting")


SELECTIONS: ListPage[ColumnSelection] = ListPage(
    code="column-selections",
    title="自动归集规则",
    lead="栏目按规则自动收入资源库中已生效的内容。规则经栏目的审核流程批准一次，此后收入的内容不再逐篇审核。",
    rows=selections_for,
    order="-created_at",
    columns=(
        Column("rule", "规则", lambda one: query_in_words(one.query)),
        Column("column", "栏目", lambda one: f"{one.column.site.name} · {one.column.name}"),
        Column("state", "状态", state_of, is_narrow=True),
        Column("created", "建立时间", lambda one: one.created_at, order="created_at", is_narrow=True),
    ),
    filters=(
        choice_filter(
            "state",
            "状态",
            [("waiting", "等待批准"), ("on", "归集中"), ("stopped", "已停用")],
            apply=_of_state,
        ),
    ),
    open_url=lambda one: reverse("column-selection", args=[one.pk]),
    narrow={UNIT: in_unit("column__site__sponsor_id"), SITE: at_site("column__site_id")},
    empty=Empty("还没有自动归集规则", "在栏目的“自动归集”中建立。", "filter"),
)


class RuleForm(ConsoleForm):
    """Which resources of which units a column takes; all conditions have to hold."""

    owners = OrganizationsField(label="机构", help_text="只收入这些机构的内容；每行一个名称或信用代码")
    types = forms.MultipleChoiceField(
        label="资源类型", required=False, widget=forms.CheckboxSelectMultiple, help_text="不选则不限"
    )
    category = forms.ChoiceField(label="主题分类", required=False, help_text="含其全部下级")
    title_contains = forms.CharField(label="标题含", required=False, max_length=100)
    keywords = forms.CharField(
        label="关键词", required=False, max_length=200, help_text="多个用空格分开，有其一即可"
    )
    published_from = forms.DateField(
        label="发布自", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    published_until = forms.DateField(
        label="发布至", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = ResourceType.objects.filter(standard__is_default=True).order_by("position")
        choices = cast("forms.MultipleChoiceField", self.fields["types"])
        choices.choices = list(types.values_list("code", "name_cn"))
        themes = Category.objects.filter(scheme_id="theme", is_active=True).order_by("path", "position")
        categories = [(code, f"{code} {name}") for code, name in themes.values_list("code", "name")]
        cast("forms.ChoiceField", self.fields["category"]).choices = [("", "不限"), *categories]

    def query(self) -> dict[str, Any]:
        """Return what was filled in as a query of the library."""
        given = self.cleaned_data
        query: dict[str, Any] = {"owners": [one.credit_code for one in given["owners"]]}
        wishes = {
            "types": given["types"],
            "categories": given["category"] and [{"scheme": "theme", "code": given["category"]}],
            "title_contains": given["title_contains"],
            "keywords": given["keywords"].split(),
            **{day: given[day] and given[day].isoformat() for day in _DAYS},
        }
        return query | {name: value for name, value in wishes.items() if value}


class ConsentForm(ConsoleForm):
    """What a signer of a rule says."""

    comment = forms.CharField(
        label="意见", required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )


@require_safe
def list_selections(request: StaffRequest) -> HttpResponseBase:
    """List the rules of the viewer's columns."""
    require(any(may_anywhere(request.viewer, one) for one in CAPABILITIES))
    return SELECTIONS.answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
def make_selection(request: StaffRequest, slug: str, column_id: UUID) -> HttpResponse:
    """Let a column be fed by a rule."""
    site, column = column_of(request.viewer, slug, column_id)
    require(may_manage_column(request.viewer, column))
    made: list[ColumnSelection] = []

    def act(form: RuleForm) -> str:
        made.append(select_automatically(actor=request.person, column=column, query=form.query()))
        return "规则已建立并批准。" if made[0].approval_id else "规则已建立，批准后开始归集。"

    return answer_form(
        request,
        RuleForm(request.POST if request.method == "POST" else None),
        act,
        title=f"自动归集：{column.name}",
        button="建立规则",
        done_url=lambda: reverse("column-selection", args=[made[0].pk]),
        back_url=reverse("column-content", args=[slug, column_id]),
        lead=f"{site.name} {column.path}。只收入已生效、且共享给本站主办单位的内容；各条件须同时符合。",
        crumbs=CRUMBS,
    )


@require_safe
def show_selection(request: StaffRequest, selection_id: UUID) -> HttpResponse:
    """Show a rule, what it selects now, and how far its signing is."""
    selection, standing = _rule(request.viewer, selection_id)
    selected = selected_by(selection).select_related("effective_version", "owner")
    shown = {
        "selection": selection,
        "state": state_of(selection),
        "words": query_in_words(selection.query),
        "count": count_up_to(selected, _COUNTED),
        "counted": _COUNTED,
        "selected": selected[:_SHOWN],
        "levels": standing.levels(),
        "standing": standing,
        "may_sign": may_sign_rule(request.viewer, selection, standing),
        "may_stop": selection.is_active and may_manage_column(request.viewer, selection.column),
    }
    return render_page(request, "sites/selection.html", shown, crumbs=CRUMBS)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: StaffRequest, selection_id: UUID) -> HttpResponse:
    """Sign the next level of a rule."""
    selection, standing = _rule(request.viewer, selection_id)
    require(may_sign_rule(request.viewer, selection, standing))

    def act(form: ConsentForm) -> str:
        signed = sign_selection(
            actor=request.person, selection=selection, comment=form.cleaned_data["comment"]
        )
        return "规则已批准，开始归集。" if signed.approval_id else "已签发，送下一级审核人。"

    page = reverse("column-selection", args=[selection.pk])
    return answer_form(
        request,
        ConsentForm(request.POST if request.method == "POST" else None),
        act,
        title=f"批准自动归集（第 {standing.next_level} 级，共 {standing.route.levels} 级）",
        button="批准这条规则",
        done_url=page,
        back_url=page,
        lead=f"{selection.column.name}：{query_in_words(selection.query)}。批准后收入的内容不再逐篇审核。",
        crumbs=CRUMBS,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: StaffRequest, selection_id: UUID) -> HttpResponse:
    """Stop a rule; what it placed is taken out."""
    selection, _ = _rule(request.viewer, selection_id)
    require(may_manage_column(request.viewer, selection.column))

    def act(form: ReasonForm) -> str:
        stop_selecting(actor=request.person, selection=selection, reason=form.cleaned_data["reason"])
        return "规则已停用，由它收入的内容正在移出栏目。"

    page = reverse("column-selection", args=[selection.pk])
    return answer_form(
        request,
        ReasonForm(request.POST if request.method == "POST" else None),
        act,
        title="停用自动归集规则",
        button="停用规则",
        done_url=page,
        back_url=page,
        lead="由这条规则收入的内容移出栏目，仍在资源库和其他栏目中。",
        crumbs=CRUMBS,
    )


def _rule(viewer: Viewer, selection_id: UUID) -> tuple[ColumnSelection, RuleStanding]:
    selection = get_selection_for(viewer, selection_id)
    standing = standing_of_rule(selection)
    if not may_look_at_rule(viewer, selection, standing):
        raise NotFound
    return selection, standing
