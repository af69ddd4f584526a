"""Exceptions: what a unit has found right, and letting it be found again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_parts import BulkAct, Column, Empty, Exact, Search
from rongshu.console.lists import ListPage
from rongshu.console.pages import Crumb
from rongshu.foundation.errors import NotFound
from rongshu.inspection.actions.dictionaries import revoke_exception
from rongshu.inspection.models import TextException
from rongshu.inspection.queries.dictionaries import exceptions_for
from rongshu.inspection.web.dictionaries import manages

EXCEPTIONS = ListPage[TextException](
    code="inspection-exceptions",
    title="例外",
    lead="标记为误报的文本，在同样的词句中本机构及下级不再提示；撤销后重新提示。",
    rows=exceptions_for,
    order="-created_at",
    columns=(
        Column("text", "文本", lambda one: one.text),
        Column("phrase", "所在词句", lambda one: one.phrase),
        Column("rule", "规则", lambda one: one.rule_code, is_narrow=True),
        Column("reason", "理由", lambda one: one.reason),
        Column("organization", "机构", lambda one: one.organization.name),
        Column("by", "标记人", lambda one: one.created_by.name, is_narrow=True),
        Column("at", "时间", lambda one: Exact(one.created_at), order="created_at", is_narrow=True),
    ),
    search=Search(("text", "reason"), "按文本或理由查找"),
    bulk=(BulkAct("撤销例外", "inspection-revoke", "trash"),),
    crumbs=(Crumb("内容检查词库", "inspection-dictionaries"),),
    empty=Empty("还没有例外", "在检查结果中把一处标记为误报，它就会出现在这里。", "list"),
)


@require_safe
def list_exceptions(request: StaffRequest) -> HttpResponseBase:
    """List the exceptions in force."""
    require(manages(request.viewer))
    return EXCEPTIONS.answer(request)


@require_POST
def revoke(request: StaffRequest) -> HttpResponse:
    """Revoke the chosen exceptions."""
    require(manages(request.viewer))
    ids = request.POST.getlist("ids")
    for given in ids:
        try:
            exception_id = UUID(given)
        except ValueError:
            raise NotFound from None
        revoke_exception(actor=request.person, exception_id=exception_id)
    messages.success(request, f"已撤销 {len(ids)} 项例外。")
    return HttpResponseRedirect(reverse("inspection-exceptions"))
