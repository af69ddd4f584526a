"""The recycle bin: what lies in it, restoring some or all, clearing it (P2-14)."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.list_parts import BulkAct, Column, Empty, Search
from rongshu.console.lists import ListPage, chosen_ids
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb
from rongshu.foundation.errors import NotFound, RongshuError
from rongshu.library.actions.recycle_resource import (
    clear_recycle_bin,
    recycle_resource,
    restore_from_recycle_bin,
    restore_whole_bin,
)
from rongshu.library.models import Resource
from rongshu.library.queries.titles import without_texts
from rongshu.library.queries.visibility import get_resource_for, recycled
from rongshu.library.web.resources import CRUMBS, title_of

BIN_CRUMBS = (Crumb("回收站", "library-bin"),)


def _rows(viewer: Viewer) -> QuerySet[Resource]:
    rows = recycled(viewer).select_related("type", "owner", "working_version", "effective_version")
    return without_texts(rows, "working_version", "effective_version")


BIN: ListPage[Resource] = ListPage(
    code="library-bin",
    title="回收站",
    rows=_rows,
    order="-pk",
    columns=(
        Column("title", "标题", title_of),
        Column("type", "资源类型", lambda one: one.type.name_cn, is_narrow=True),
        Column("owner", "所属机构", lambda one: one.owner.name),
        Column("recycled", "移入时间", lambda one: one.recycled_at, is_narrow=True),
    ),
    search=Search(("working_version__title",), "标题"),
    bulk=(BulkAct("恢复", "library-bin-restore", "restore"),),
    empty=Empty("回收站是空的", "从信息资源列表移入回收站的草稿会出现在这里，可以恢复。", "trash"),
    template="library/bin.html",
)


@require_safe
def list_bin(request: StaffRequest) -> HttpResponseBase:
    """List what lies in the bin of the viewer's organisations."""
    require(may_anywhere(request.viewer, "resource.write"))
    return BIN.answer(request)


@require_POST
def recycle(request: StaffRequest) -> HttpResponse:
    """Move the chosen resources into the bin; each refusal is told, the others go."""
    chosen = [get_resource_for(request.viewer, one) for one in chosen_ids(request)]
    asked = ask_first(
        request,
        question=f"把选中的 {len(chosen)} 条移入回收站？",
        consequences=["它们不再出现在列表和查询中，可以从回收站恢复。", "已生效或正在使用的资源不会移入。"],
        button="移入回收站",
        back_url=reverse("library-resources"),
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    done = 0
    for resource in chosen:
        try:
            recycle_resource(actor=request.person, resource=resource)
            done += 1
        except RongshuError as error:
            messages.error(request, f"“{title_of(resource)}”：{error.message}")
    if done:
        messages.success(request, f"已把 {done} 条移入回收站。")
    return HttpResponseRedirect(reverse("library-resources"))


@require_POST
def restore(request: StaffRequest) -> HttpResponse:
    """Bring the chosen ones back."""
    ids = chosen_ids(request)
    found = list(recycled(request.viewer).filter(pk__in=ids))
    if len(found) != len(set(ids)):
        raise NotFound
    count = restore_from_recycle_bin(actor=request.person, resources=found)
    messages.success(request, f"已恢复 {count} 条。")
    return HttpResponseRedirect(reverse("library-bin"))


@require_POST
def restore_all(request: StaffRequest) -> HttpResponse:
    """Bring everything back."""
    require(may_anywhere(request.viewer, "resource.write"))
    asked = ask_first(
        request,
        question="恢复回收站中的全部内容？",
        consequences=["全部内容回到移入之前的状态。"],
        button="全部恢复",
        back_url=reverse("library-bin"),
        crumbs=BIN_CRUMBS,
    )
    if asked is not None:
        return asked
    messages.success(request, f"已恢复 {restore_whole_bin(actor=request.person)} 条。")
    return HttpResponseRedirect(reverse("library-bin"))


@require_POST
def clear(request: StaffRequest) -> HttpResponse:
    """Delete for good what never was effective."""
    require(may_anywhere(request.viewer, "resource.write"))
    asked = ask_first(
        request,
        question="清空回收站？",
        consequences=[
            "从未生效的内容将永久删除，不能恢复。",
            "曾经生效的内容保留在回收站，彻底清除须两人办理。",
        ],
        button="清空回收站",
        back_url=reverse("library-bin"),
        crumbs=BIN_CRUMBS,
    )
    if asked is not None:
        return asked
    messages.success(request, f"已永久删除 {clear_recycle_bin(actor=request.person)} 条。")
    return HttpResponseRedirect(reverse("library-bin"))
