"""Column standards: listed, kept from a site, renamed, dropped."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.list_parts import Column, Empty, State, choice_filter
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb
from rongshu.sites.actions.create_columns_from_standard import walk
from rongshu.sites.actions.keep_standard import drop_standard, keep_as_standard, rename_standard
from rongshu.sites.models import ColumnStandard, Site
from rongshu.sites.permissions import may_arrange_site
from rongshu.sites.queries.sites import get_site_for
from rongshu.sites.queries.standards import KEEPS, get_standard_for, may_keep_standard, standards_for

CRUMBS = (Crumb("栏目标准", "column-standards"),)
STANDARDS: ListPage[ColumnStandard] = ListPage(
    code="column-standards",
    title="栏目标准",
    lead="新站点按标准一次建好栏目，再删去不需要的。可以把一个站点现有的栏目存为本单位的标准，下级单位的站点同样可用。",
    rows=standards_for,
    order="name",
    columns=(
        Column("name", "名称", lambda one: one.name, order="name"),
        Column("owner", "来源", lambda one: one.owner.name if one.owner else State("随版本提供", "info")),
        Column("type", "网站类型", lambda one: one.get_site_type_display(), is_narrow=True),
        Column("count", "栏目数", lambda one: len(list(walk(one.tree))), is_number=True, is_narrow=True),
        Column("source", "依据", lambda one: one.source),
    ),
    filters=(
        choice_filter(
            "owner",
            "来源",
            [("own", "单位自存"), ("shipped", "随版本提供")],
            apply=lambda rows, value: rows.filter(owner__isnull=value == "shipped"),
        ),
    ),
    open_url=lambda one: reverse("column-standard", args=[one.pk]),
    empty=Empty("没有符合的栏目标准", "在站点的“栏目”页把现有栏目存为标准。", "template"),
)


class StandardForm(ConsoleForm):
    """The name of a standard, and where it comes from."""

    name = forms.CharField(label="名称", max_length=100)
    source = forms.CharField(label="依据", max_length=300, required=False, help_text="规定栏目的文件，可不填")


@require_safe
def list_standards(request: StaffRequest) -> HttpResponseBase:
    """List what is shipped and what the viewer's units keep."""
    require(may_anywhere(request.viewer, KEEPS))
    return STANDARDS.answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: StaffRequest, standard: str) -> HttpResponse:
    """Show the columns of a standard; one's own can be renamed."""
    require(may_anywhere(request.viewer, KEEPS))
    row = get_standard_for(request.viewer, standard)
    may_keep = may_keep_standard(request.viewer, row)

    def act(form: StandardForm) -> str:
        renamed = rename_standard(actor=request.person, standard=row, **form.cleaned_data)
        return f"栏目标准“{renamed.name}”已保存。"

    nodes = [
        {"path": path, "name": node["name"], "depth": path.count("/") - 2, "type": node["type"],
         "days": node["max_idle_days"]}
        for path, node in walk(row.tree)
    ]  # fmt: skip
    form = StandardForm(
        request.POST if request.method == "POST" else None,
        initial={"name": row.name, "source": row.source},
    )
    return answer_form(
        request, form, act, title=row.name, button="保存",
        done_url=reverse("column-standard", args=[row.pk]), back_url=reverse("column-standards"),
        crumbs=CRUMBS, template="sites/column_standard.html",
        context={"standard": row, "nodes": nodes, "may_keep": may_keep},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: StaffRequest, slug: str) -> HttpResponse:
    """Keep the columns of a site as a standard of its sponsor."""
    site = _arranged(request, slug)
    kept: list[ColumnStandard] = []

    def act(form: StandardForm) -> str:
        kept.append(keep_as_standard(actor=request.person, site=site, **form.cleaned_data))
        return f"已存为{site.sponsor.name}的栏目标准“{kept[0].name}”。"

    return answer_form(
        request, StandardForm(request.POST if request.method == "POST" else None), act,
        title=f"存为栏目标准：{site.name}", button="存为标准",
        done_url=lambda: reverse("column-standard", args=[kept[0].pk]),
        back_url=reverse("site-columns", args=[slug]), crumbs=CRUMBS,
        lead="取本站现有栏目（停用的除外）的名称、代号、类别、更新期限和模板；内容、人员和审核流程不带过去。",
    )  # fmt: skip


@require_POST
def drop(request: StaffRequest, standard: str) -> HttpResponse:
    """Offer a standard no more, after asking."""
    row = get_standard_for(request.viewer, standard)
    require(may_keep_standard(request.viewer, row))
    asked = ask_first(
        request, question=f"删除栏目标准“{row.name}”？",
        consequences=["新建栏目时不再提供。", "按它建立的栏目不受影响。"], button="删除标准",
        back_url=reverse("column-standard", args=[row.pk]), crumbs=CRUMBS,
    )  # fmt: skip
    if asked is not None:
        return asked
    drop_standard(actor=request.person, standard=row)
    messages.success(request, f"栏目标准“{row.name}”已删除。")
    return HttpResponseRedirect(reverse("column-standards"))


def _arranged(request: StaffRequest, slug: str) -> Site:
    site = get_site_for(request.viewer, slug)
    require(may_arrange_site(request.viewer, site))
    require(request.viewer.may(KEEPS, organization_id=site.sponsor_id))
    return site
