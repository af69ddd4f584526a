"""Giving a role to a person for a scope, and taking it back; roles and what they allow."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.actions.define_role import define_role
from rongshu.accounts.actions.grant_role import grant_role, revoke_role
from rongshu.accounts.models import Role
from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import answer_form, refuse
from rongshu.console.list_parts import Button, Column, Search, State
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb, render_page
from rongshu.console.people.forms import GrantForm, NewRoleForm, ReasonForm, RoleForm
from rongshu.console.people.people import CRUMBS
from rongshu.console.people.queries import capability_labels, grant_for, person_for, role_named
from rongshu.console.scope_names import place_named, suggest_organizations, suggestions
from rongshu.foundation.errors import InvalidInput, NotFound

ROLE_CRUMBS = (Crumb("角色", "console-roles"),)


def give(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Give a role to a person."""
    person = person_for(request.viewer, person_id)
    page = reverse("console-person", args=[person.pk])

    def act(form: GrantForm) -> str:
        given = form.cleaned_data
        grant = grant_role(
            actor=request.person,
            person=person,
            role=given["role"],
            scope=given["scope"],
            scope_id=_place(given["scope"], given["place"]),
            valid_from=given["valid_from"],
            valid_until=given["valid_until"],
        )
        return f"已授予“{grant.role.name}”。"

    return answer_form(
        request,
        GrantForm(request.POST or None, viewer=request.viewer),
        act,
        title=f"为 {person.name} 授予角色",
        button="授予角色",
        done_url=page,
        back_url=page,
        crumbs=CRUMBS,
    )


def _place(scope: str, name: str) -> UUID | None:
    try:
        return place_named(scope, name)
    except NotFound as error:
        raise InvalidInput(error.message, fields={"place": error.message}) from None


@require_POST
def revoke(request: StaffRequest, grant_id: UUID) -> HttpResponse:
    """Take a grant back."""
    grant = grant_for(request.viewer, grant_id)
    page = reverse("console-person", args=[grant.person_id])
    form = ReasonForm(request.POST if request.POST.get("confirmed") else None)
    asked = ask_first(
        request,
        question=f"收回 {grant.person.name} 的“{grant.role.name}”？",
        consequences=[
            f"范围：{grant.get_scope_display()}",
            f"不能再：{'、'.join(capability_labels(grant.role))}（其他授权不受影响）",
            "从下一次操作起生效；已做的事和记录不变。",
        ],
        button="收回角色",
        form=form,
        back_url=page,
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    revoke_role(actor=request.person, grant=grant, reason=form.cleaned_data["reason"])
    messages.success(request, f"已收回“{grant.role.name}”。")
    return HttpResponseRedirect(page)


@require_safe
def suggest_places(request: StaffRequest) -> HttpResponse:
    """Answer names of places for what is typed."""
    scope, text = request.GET.get("scope", ""), request.GET.get("place", "")
    found = suggestions(request.viewer, scope, text)
    return render(request, "console/widgets/options.html", {"options": found})


@require_safe
def suggest_organization_names(request: StaffRequest) -> HttpResponse:
    """Answer names of organisations for what is typed."""
    text = request.GET.get(request.GET.get("asks", ""), "")
    found = suggest_organizations(request.viewer, text.strip())
    return render(request, "console/widgets/options.html", {"options": found})


def _defines(viewer: Viewer) -> bool:
    return viewer.may("platform.operate")


ROLES = ListPage[Role](
    code="roles",
    title="角色",
    lead="角色是一组权限。给人授予角色时再指明范围：全平台、机构、站点或栏目。",
    rows=lambda viewer: Role.objects.all(),
    order="name",
    columns=(
        Column("name", "名称", lambda one: one.name, order="name", is_narrow=True),
        Column("code", "代号", lambda one: one.code, is_narrow=True),
        Column("capabilities", "权限", lambda one: "、".join(capability_labels(one))),
        Column(
            "kind",
            "来源",
            lambda one: State("内置", "info") if one.is_builtin else State("自定义"),
            is_narrow=True,
        ),
    ),
    search=Search(("name", "code"), "名称或代号"),
    open_url=lambda one: reverse("console-role", args=[one.code]),
    buttons=(Button("自定义角色", "console-define-role", "plus", is_for=_defines),),
)


@require_safe
def list_roles(request: StaffRequest) -> HttpResponseBase:
    """List all roles with what they allow."""
    require(may_anywhere(request.viewer, "person.manage") or _defines(request.viewer))
    return ROLES.answer(request)


def show_role(request: StaffRequest, code: str) -> HttpResponse:
    """Show a built-in role; let the operator change one of the installation's own."""
    role = role_named(code)
    require(may_anywhere(request.viewer, "person.manage") or _defines(request.viewer))
    if role.is_builtin or not _defines(request.viewer):
        shown = {"role": role, "capabilities": capability_labels(role)}
        return render_page(request, "console/people/role.html", shown, crumbs=ROLE_CRUMBS)
    present = {"name": role.name, "capabilities": role.capabilities}
    form = RoleForm(request.POST or None, initial=present)
    return _define(request, form, role.code, f"修改角色“{role.name}”")


def define(request: StaffRequest) -> HttpResponse:
    """Define a role of the installation's own."""
    require(_defines(request.viewer))
    form = NewRoleForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and Role.objects.filter(pk=form.cleaned_data["code"]).exists()
    ):
        refuse(form, InvalidInput("该代号已被使用。", fields={"code": "已被使用，请换一个"}))
    return _define(request, form, "", "自定义角色")


def _define(request: StaffRequest, form: RoleForm, code: str, title: str) -> HttpResponse:
    def act(filled: RoleForm) -> str:
        given = {"code": code, **filled.cleaned_data}
        return f"已保存角色“{define_role(actor=request.person, **given).name}”。"

    roles = reverse("console-roles")
    return answer_form(
        request, form, act, title=title, button="保存角色", done_url=roles, back_url=roles, crumbs=ROLE_CRUMBS
    )
