"""The tree of organisations, one organisation with its history, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import ConsoleForm, answer_form, refuse
from rongshu.console.list_parts import Button, Column, Empty, Search, State, choice_filter
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.organizations.forms import (
    AbolishForm,
    MergeForm,
    MoveForm,
    NewOrganizationForm,
    RenameForm,
    SplitForm,
)
from rongshu.console.organizations.queries import organization_for, organizations_for
from rongshu.console.pages import Crumb, render_page
from rongshu.console.working_place import UNIT, in_unit
from rongshu.foundation.errors import Refusal
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.merge_organizations import (
    abolish_organization,
    merge_organizations,
    split_organization,
)
from rongshu.organizations.actions.move_organization import move_organization
from rongshu.organizations.actions.rename_organization import rename_organization
from rongshu.organizations.models import Organization, OrganizationName

CRUMBS = (Crumb("机构", "console-organizations"),)
_TONES = {"active": "well", "merged": "info", "split": "info", "abolished": "quiet"}


def _manages(viewer: Viewer) -> bool:
    return may_anywhere(viewer, "organization.manage")


class _ByAnyName(Search):
    """Search that finds an organisation under its former names, too."""

    def apply(self, rows: QuerySet[Any], words: str) -> tuple[QuerySet[Any], str]:
        """Return the organisations that bear, or bore, the words."""
        formerly = OrganizationName.objects.filter(name__icontains=words.strip()).values("organization")
        present, remark = super().apply(rows, words)
        return rows.filter(Q(pk__in=present.values("pk")) | Q(pk__in=formerly)), remark


def _indented(organization: Organization) -> str:
    depth = organization.path.count("/") - 2
    return "\u3000" * depth + organization.name


ORGANIZATIONS = ListPage[Organization](
    code="organizations",
    title="机构",
    rows=lambda viewer: organizations_for(viewer).select_related("region", "parent"),
    narrow={UNIT: in_unit("pk")},
    order="path",
    columns=(
        Column("name", "名称", _indented, order="path"),
        Column("kind", "类别", lambda one: one.get_kind_display(), is_narrow=True),
        Column("level", "层级", lambda one: one.get_level_display(), is_narrow=True),
        Column("region", "行政区划", lambda one: one.region.name),
        Column("credit_code", "统一社会信用代码", lambda one: one.credit_code, order="credit_code"),
        Column(
            "status",
            "状态",
            lambda one: State(one.get_status_display(), _TONES[one.status]),
            is_narrow=True,
        ),
        Column("short_name", "简称", lambda one: one.short_name, is_shown=False),
        Column("parent", "上级", lambda one: one.parent.name if one.parent else "", is_shown=False),
        Column("created", "登记时间", lambda one: one.created_at, order="created_at", is_shown=False),
    ),
    search=_ByAnyName(("name", "short_name", "credit_code"), "名称、曾用名或信用代码"),
    filters=(
        choice_filter("kind", "类别", Organization.Kind.choices),
        choice_filter("level", "层级", Organization.Level.choices),
        choice_filter("status", "状态", Organization.Status.choices),
    ),
    open_url=lambda one: reverse("console-organization", args=[one.pk]),
    buttons=(Button("新建机构", "console-create-organization", "plus", is_primary=True, is_for=_manages),),
    empty=Empty("还没有您管理的机构", "先建立本级人民政府，再在其下建立部门和单位。", "building"),
    per_page=100,
)


@require_safe
def list_organizations(request: StaffRequest) -> HttpResponseBase:
    """List the organisations whom the viewer manages, as a tree."""
    require(_manages(request.viewer))
    return ORGANIZATIONS.answer(request)


@require_safe
def show_organization(request: StaffRequest, organization_id: UUID) -> HttpResponse:
    """Show an organisation, what stands below it, its former names and successions."""
    organization = organization_for(request.viewer, organization_id)
    shown = {
        "organization": organization,
        "tone": _TONES[organization.status],
        "children": organization.children.order_by("position", "name")[:500],
        "names": organization.names.order_by("-valid_from"),
        "successions": organization.successions.select_related("successor"),
        "origins": organization.origins.select_related("predecessor"),
    }
    return render_page(request, "console/organizations/organization.html", shown, crumbs=CRUMBS)


def create(request: StaffRequest) -> HttpResponse:
    """Create an organisation."""
    require(_manages(request.viewer))
    made: list[Organization] = []

    def act(form: NewOrganizationForm) -> str:
        made.append(create_organization(actor=request.person, **form.cleaned_data))
        return f"已建立“{made[0].name}”。"

    return answer_form(
        request,
        NewOrganizationForm(request.POST or None, initial={"parent": request.GET.get("under", "")}),
        act,
        title="新建机构",
        button="建立机构",
        done_url=lambda: reverse("console-organization", args=[made[0].pk]),
        back_url=reverse("console-organizations"),
        crumbs=CRUMBS,
    )


def rename(request: StaffRequest, organization_id: UUID) -> HttpResponse:
    """Give an organisation another name."""
    organization = organization_for(request.viewer, organization_id)
    page = reverse("console-organization", args=[organization.pk])

    def act(form: RenameForm) -> str:
        rename_organization(actor=request.person, organization=organization, **form.cleaned_data)
        return f"已更名为“{form.cleaned_data['name']}”，原名留在沿革中。"

    return answer_form(
        request,
        RenameForm(request.POST or None, initial={"short_name": organization.short_name}),
        act,
        title=f"“{organization.name}”更名",
        button="更名",
        done_url=page,
        back_url=page,
        lead="原名作为曾用名保留，仍可用来查找。",
        crumbs=CRUMBS,
    )


def move(request: StaffRequest, organization_id: UUID) -> HttpResponse:
    """Put an organisation below another superior."""

    def act(actor: Any, organization: Organization, given: dict[str, Any]) -> None:
        move_organization(actor=actor, organization=organization, **given)

    consequences = [
        "本机构和全部下级一起划转，站点、栏目、资源和索引号不变。",
        "原上级的管理人员不再能管理它们，新上级的管理人员从此可以管理。",
    ]
    return _grave(request, organization_id, deed="划转", consequences=consequences, form=MoveForm, act=act)


def merge(request: StaffRequest, organization_id: UUID) -> HttpResponse:
    """Let an organisation go over into another."""

    def act(actor: Any, organization: Organization, given: dict[str, Any]) -> None:
        merge_organizations(actor=actor, predecessors=[organization], **given)

    return _grave(
        request, organization_id, deed="并入其他机构", consequences=_CLOSING, form=MergeForm, act=act
    )


def split(request: StaffRequest, organization_id: UUID) -> HttpResponse:
    """Let an organisation go over into several."""

    def act(actor: Any, organization: Organization, given: dict[str, Any]) -> None:
        split_organization(actor=actor, organization=organization, **given)

    return _grave(request, organization_id, deed="拆分", consequences=_CLOSING, form=SplitForm, act=act)


def abolish(request: StaffRequest, organization_id: UUID) -> HttpResponse:
    """Abolish an organisation without successor."""

    def act(actor: Any, organization: Organization, given: dict[str, Any]) -> None:
        abolish_organization(actor=actor, organization=organization, **given)

    return _grave(request, organization_id, deed="撤销", consequences=_CLOSING, form=AbolishForm, act=act)


_CLOSING = (
    "本机构不能再发布新内容、不能再建站点；已发布的内容和索引号都保留。",
    "撤并日期和依据文件写入沿革，不能恢复为正常状态。",
    "仍有下级机构时会被拒绝，须先划转下级。",
)
_Act = Callable[[Any, Organization, dict[str, Any]], None]


def _grave(
    request: StaffRequest,
    organization_id: UUID,
    *,
    deed: str,
    consequences: Sequence[str],
    form: type[ConsoleForm],
    act: _Act,
) -> HttpResponse:
    """Ask with the form, act once confirmed; a refusal comes back with what was typed."""
    organization = organization_for(request.viewer, organization_id)
    page = reverse("console-organization", args=[organization.pk])
    filled = form(request.POST if request.POST.get("confirmed") else None)

    def ask() -> HttpResponse | None:
        return ask_first(
            request,
            question=f"{deed}：{organization.name}",
            consequences=consequences,
            button=deed,
            form=filled,
            back_url=page,
            crumbs=CRUMBS,
        )

    if (asked := ask()) is not None:
        return asked
    try:
        act(request.person, organization, filled.cleaned_data)
    except Refusal as error:
        refuse(filled, error)
        return ask() or HttpResponseRedirect(page)
    messages.success(request, f"“{organization.name}”已{deed}。")
    return HttpResponseRedirect(page)
