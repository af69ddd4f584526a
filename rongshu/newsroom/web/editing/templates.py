"""The templates of one's units: listed, renamed, dropped; they are kept from the editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
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
from rongshu.library.queries import get_version_for
from rongshu.newsroom.actions.piece_templates import (
    drop_template,
    keep_version_as_template,
    rename_template,
)
from rongshu.newsroom.models.drafting import PieceTemplate
from rongshu.newsroom.queries.drafting import get_template_for, templates_for, writable_owners

CRUMBS = (Crumb("稿件模板", "newsroom-templates"),)


TEMPLATES: ListPage[PieceTemplate] = ListPage(
    code="piece-templates",
    title="稿件模板",
    lead="本单位常用稿件的开头，写新稿件时可选。在写稿页的“更多”中，或在稿件页，把内容存为模板。",
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


class KeepForm(ConsoleForm):
    """The unit a template is for, and its name."""

    owner = forms.ChoiceField(label="单位")

    def __init__(self, *args: Any, owners: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["owner"]).choices = list(owners.items())
        self.fields["template-name"] = forms.CharField(
            label="模板名称", max_length=40, widget=forms.TextInput({"class": "form-control"})
        )


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


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: StaffRequest, version_id: UUID) -> HttpResponse:
    """Keep what a saved piece says as a template of one of the person's units."""
    version = get_version_for(request.viewer, version_id)
    owners = {str(one.pk): one for one in writable_owners(request.viewer)[:200]}
    require(bool(owners))

    def act(form: KeepForm) -> str:
        kept = keep_version_as_template(
            actor=request.person, version=version, owner=owners[form.cleaned_data["owner"]],
            name=form.cleaned_data["template-name"],
        )  # fmt: skip
        return f"已存为{kept.owner.name}的模板“{kept.name}”。"

    form = KeepForm(
        request.POST if request.method == "POST" else None,
        owners={key: one.name for key, one in owners.items()},
        initial={"owner": str(version.resource.owner_id), "template-name": version.title[:40]},
    )
    return answer_form(
        request, form, act, title="存为模板", button="存为模板", done_url=reverse("newsroom-templates"),
        back_url=reverse("newsroom-piece", args=[version.resource_id]), crumbs=CRUMBS,
        lead=f"取自《{version.title}》：元数据和正文的文字作为新稿件的开头；图片、附件、文号和日期不带过去。",
    )  # fmt: skip


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
