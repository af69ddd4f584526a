"""Exceptions: what a unit has found right, letting it be found again, and what editors propose to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_parts import BulkAct, Button, Column, Empty, Exact, Search
from rongshu.console.lists import ListPage, chosen_ids
from rongshu.console.pages import Crumb
from rongshu.inspection.actions.dictionaries import revoke_exception
from rongshu.inspection.actions.teaching import accept_proposals, decline_proposals
from rongshu.inspection.models import ProposedException, TaughtText, TextException
from rongshu.inspection.queries.dictionaries import exceptions_for, proposals_for
from rongshu.inspection.web.dictionaries import manages

_Taught = TypeVar("_Taught", bound=TaughtText)
_BOOKS = Crumb("内容检查词库", "inspection-dictionaries")


def _columns(by: str) -> Sequence[Column[_Taught]]:
    return (
        Column("text", "文本", lambda one: one.text),
        Column("phrase", "所在词句", lambda one: one.phrase),
        Column("rule", "规则", lambda one: one.rule_code, is_narrow=True),
        Column("reason", "理由", lambda one: one.reason),
        Column("organization", "机构", lambda one: one.organization.name),
        Column("by", by, lambda one: one.created_by.name, is_narrow=True),
        Column("at", "时间", lambda one: Exact(one.created_at), order="created_at", is_narrow=True),
    )


EXCEPTIONS = ListPage[TextException](
    code="inspection-exceptions",
    title="例外",
    lead="标记为误报的文本，在同样的词句中本机构及下级不再提示；撤销后重新提示。",
    rows=exceptions_for,
    order="-created_at",
    columns=_columns("标记人"),
    search=Search(("text", "reason"), "按文本或理由查找"),
    bulk=(BulkAct("撤销例外", "inspection-revoke", "trash"),),
    buttons=(Button("误报建议", "inspection-proposals", "inbox"),),
    crumbs=(_BOOKS,),
    empty=Empty("还没有例外", "在检查结果中把一处标记为误报，它就会出现在这里。", "list"),
)
PROPOSALS = ListPage[ProposedException](
    code="inspection-proposals",
    title="误报建议",
    lead="编辑和审核人员标记的误报。采纳后进入例外名单，该机构及下级在同样的词句中不再提示；"
    "不采纳的，标记只对原稿件有效。",
    rows=proposals_for,
    order="-created_at",
    columns=_columns("建议人"),
    search=Search(("text", "reason"), "按文本或理由查找"),
    bulk=(
        BulkAct("采纳", "inspection-accept", "check", in_rows=True),
        BulkAct("不采纳", "inspection-decline", "x", in_rows=True),
    ),
    crumbs=(_BOOKS, Crumb("例外", "inspection-exceptions")),
    empty=Empty("没有等待处理的建议", "编辑或审核人员把一处标记为误报，它就会出现在这里。", "inbox"),
)


@require_safe
def list_exceptions(request: StaffRequest) -> HttpResponseBase:
    """List the exceptions in force."""
    require(manages(request.viewer))
    return EXCEPTIONS.answer(request)


@require_safe
def list_proposals(request: StaffRequest) -> HttpResponseBase:
    """List what waits to be accepted or declined."""
    require(manages(request.viewer))
    return PROPOSALS.answer(request)


@require_POST
def accept(request: StaffRequest) -> HttpResponse:
    """Take the chosen proposals into the lists."""
    return _decided(request, accept_proposals, "已采纳 {} 项，进入例外名单。")


@require_POST
def decline(request: StaffRequest) -> HttpResponse:
    """Leave the lists as they are."""
    return _decided(request, decline_proposals, "已办结 {} 项，未采纳。")


def _decided(request: StaffRequest, decide: Callable[..., int], said: str) -> HttpResponse:
    require(manages(request.viewer))
    count = decide(actor=request.person, ids=chosen_ids(request))
    messages.success(request, said.format(count))
    return HttpResponseRedirect(reverse("inspection-proposals"))


@require_POST
def revoke(request: StaffRequest) -> HttpResponse:
    """Revoke the chosen exceptions."""
    require(manages(request.viewer))
    ids = chosen_ids(request)
    for exception_id in ids:
        revoke_exception(actor=request.person, exception_id=exception_id)
    messages.success(request, f"已撤销 {len(ids)} 项例外。")
    return HttpResponseRedirect(reverse("inspection-exceptions"))
