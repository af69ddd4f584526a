"""The templates of one's units: listed, renamed, dropped; they are kept from the editor."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.list_parts import Button, Column, Empty, Search
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb
from rongshu.console.working_place import UNIT, in_unit
from rongshu.newsroom.actions.piece_templates import drop_template, rename_template
from rongshu.newsroom.models.drafting import PieceTemplate
from rongshu.newsroom.queries.drafting import get_template_for, templates_for

CRUMBS = (Crumb("稿件模板", "newsroom-templates"),)


TEMPLATES: ListPage[PieceTemplate] = ListPage(
    code="piece-templates",
    title="稿件模板",
    lead="本单位常用稿件的开头，写新稿件时可选。在写稿页的“更多”中把当前内容存为模板。",
    rows=templates_for,
    order="name",
    columns=(
        Column("name", "名称", lambda one: one.name, order="name"),
        Column("type", "资源类型", lambda one: getattr(one, "type_name", None) or one.type_code),
        Column("owner", "单位", lambda one: one.owner.name),
        Column("by", "保存人", lambda one: one.created_by.name if one.created_by else "", is_narrow=True),
    ),
    search=Search(("name",), "名称"),
    open_url=lambda one: reverse("newsroom-rename-template", args=[one.pk]),
    narrow={UNIT: in_unit("owner_id")},
    buttons=(Button("写新稿件", "newsroom-new-piece", icon="plus"),),
    empty=Empty("还没有本单位的模板", "写稿时把常用的格式存为模板，下次从它开始。", "template"),
)


class NameForm(ConsoleForm):
    """The name of a template."""

    name = forms.CharField(label="名称", max_length=40)


@require_safe
def list_templates(request: StaffRequest) -> HttpResponseBase:
    """List the templates of the units the person writes for."""
    require(may_anywhere(request.viewer, "resource.write"))
    return TEMPLATES.answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: StaffRequest, template_id: UUID) -> HttpResponse:
    """Give a template another name."""
    template = get_template_for(request.viewer, template_id)

    def act(form: NameForm) -> str:
        renamed = rename_template(actor=request.person, template=template, name=form.cleaned_data["name"])
        return f"模板已改名为“{renamed.name}”。"

    page = reverse("newsroom-templates")
    return answer_form(
        request,
        NameForm(request.POST if request.method == "POST" else None, initial={"name": template.name}),
        act,
        title=f"模板：{template.name}",
        button="保存名称",
        done_url=page,
        back_url=page,
        lead=f"{template.owner.name}；内容要改的，用它写一篇稿件，改好后以新名称存为模板。",
        crumbs=CRUMBS,
        template="newsroom/editing/template.html",
        context={"template": template},
    )


@require_POST
def drop(request: StaffRequest, template_id: UUID) -> HttpResponse:
    """Offer a template no more, after asking."""
    template = get_template_for(request.viewer, template_id)
    page = reverse("newsroom-templates")
    asked = ask_first(
        request,
        question=f"停用模板“{template.name}”？",
        consequences=["写新稿件时不再提供这个模板", "用它写成的稿件不受影响"],
        button="停用模板",
        back_url=page,
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    drop_template(actor=request.person, template=template)
    messages.success(request, f"模板“{template.name}”已停用。")
    return HttpResponseRedirect(page)
