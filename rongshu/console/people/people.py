"""The list of people, registering, changing and retiring them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.actions.change_person import change_person, retire_person
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person, Role
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import persons_for
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import answer_form
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
from rongshu.console.people.accounts import shown_account
from rongshu.console.people.forms import NewPersonForm, PersonForm, ReasonForm
from rongshu.console.people.queries import person_for, shown_grants, with_role
from rongshu.console.working_place import UNIT, in_unit
from rongshu.foundation.errors import NotFound

CRUMBS = (Crumb("人员", "console-people"),)


def _manages(viewer: Viewer) -> bool:
    return may_anywhere(viewer, "person.manage")


def _in_office(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(is_active=value == "yes")


PEOPLE = ListPage[Person](
    code="people",
    title="人员",
    rows=lambda viewer: persons_for(viewer).select_related("organization"),
    narrow={UNIT: in_unit("organization_id")},
    order="name",
    columns=(
        Column("name", "姓名", lambda one: one.name, order="name"),
        Column("handle", "人员代号", lambda one: one.handle, order="handle"),
        Column("organization", "单位", lambda one: one.organization.name if one.organization else "平台"),
        Column(
            "state",
            "状态",
            lambda one: State("在岗", "well") if one.is_active else State("已离岗"),
            is_narrow=True,
        ),
        Column("created", "登记时间", lambda one: one.created_at, order="created_at", is_narrow=True),
    ),
    search=Search(("name", "handle"), "姓名或代号"),
    filters=(
        text_filter("organization", "单位", "organization__name__icontains"),
        choice_filter(
            "role", "角色", lambda viewer: list(Role.objects.order_by("name").values_list("code", "name")),
            apply=with_role,
        ),
        choice_filter("office", "状态", [("yes", "在岗"), ("no", "已离岗")], apply=_in_office),
    ),
    open_url=lambda one: reverse("console-person", args=[one.pk]),
    edit_url=lambda one: reverse("console-change-person", args=[one.pk]) if one.is_active else None,
    buttons=(Button("登记人员", "console-register-person", "user-plus", is_primary=True, is_for=_manages),),
    bulk=(BulkAct("办理离岗", "console-retire-people", "user-off", is_dangerous=True),),
    empty=Empty("还没有您管理的人员", "登记人员后，再为其授予角色、发放开通链接。", "users"),
)  # fmt: skip


@require_safe
def list_people(request: StaffRequest) -> HttpResponseBase:
    """List the people whom the viewer manages."""
    require(_manages(request.viewer))
    return PEOPLE.answer(request)


@require_safe
def show_person(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Show a person, his grants, and what may be done."""
    person = person_for(request.viewer, person_id)
    shown = {
        "person": person,
        "grants": shown_grants(person),
        "shown": shown_account(request.viewer, person),
    }
    return render_page(request, "console/people/person.html", shown, crumbs=CRUMBS)


def register(request: StaffRequest) -> HttpResponse:
    """Register a person."""
    require(_manages(request.viewer))
    made: list[Person] = []

    def act(form: NewPersonForm) -> str:
        made.append(register_person(actor=request.person, **form.cleaned_data))
        return f"已登记“{made[0].name}”，请接着授予角色、发放开通链接。"

    return answer_form(
        request,
        NewPersonForm(request.POST or None),
        act,
        title="登记人员",
        button="登记",
        done_url=lambda: reverse("console-person", args=[made[0].pk]),
        back_url=reverse("console-people"),
        crumbs=CRUMBS,
    )


def change(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Change a person's name and organisation."""
    person = person_for(request.viewer, person_id)
    page = reverse("console-person", args=[person.pk])
    present = {"name": person.name, "organization": person.organization.name if person.organization else ""}

    def act(form: PersonForm) -> str:
        change_person(actor=request.person, person=person, **form.cleaned_data)
        return "已保存。"

    form = PersonForm(request.POST or None, initial=present)
    return answer_form(
        request,
        form,
        act,
        title=f"修改 {person.name}",
        button="保存",
        done_url=page,
        back_url=page,
        crumbs=CRUMBS,
    )


@require_POST
def retire(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Take one person out of office."""
    return _retire(request, [person_for(request.viewer, person_id)])


@require_POST
def retire_chosen(request: StaffRequest) -> HttpResponse:
    """Take the chosen people out of office."""
    ids = chosen_ids(request)
    people = list(persons_for(request.viewer).filter(pk__in=ids, is_active=True))
    if not people:
        raise NotFound
    return _retire(request, people)


def _retire(request: StaffRequest, people: list[Person]) -> HttpResponse:
    form = ReasonForm(request.POST if request.POST.get("confirmed") else None)
    names = "、".join(one.name for one in people[:10]) + ("等" if len(people) > 10 else "")
    asked = ask_first(
        request,
        question=f"为 {len(people)} 名人员办理离岗？",
        consequences=[
            f"离岗人员：{names}",
            "帐号立即停用，已登录的会话不能再操作。",
            "现有授权全部收回，重新上岗须另行授权。",
            "已写的稿件、签的审核和审计记录都保留。",
        ],
        button=f"为 {len(people)} 人办理离岗",
        form=form,
        back_url=reverse("console-people"),
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    for person in people:
        retire_person(actor=request.person, person=person, reason=form.cleaned_data["reason"])
    messages.success(request, f"已为 {len(people)} 人办理离岗。")
    return HttpResponseRedirect(reverse("console-people"))
