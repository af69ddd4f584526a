"""检索索引: how it is, and its rebuild."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.pages import render_page
from rongshu.search.actions.ask_for_rebuild import ask_for_rebuild
from rongshu.search.permissions import may_rebuild_index
from rongshu.search.queries.state import search_health, search_state

_LABELS: Final = {"public": "公众索引", "staff": "后台索引"}


@require_safe
def show_index(request: StaffRequest) -> HttpResponse:
    """Show the state of the index."""
    require(may_rebuild_index(request.viewer))
    health = search_health()
    state = search_state() if health.is_well else None
    shown = {
        "health": health,
        "state": state,
        "indexes": [(_LABELS[one.index], one) for one in state.indexes] if state else [],
    }
    return render_page(request, "search/index.html", shown)


@require_POST
def rebuild(request: StaffRequest) -> HttpResponse:
    """Have it made anew, after asking once."""
    require(may_rebuild_index(request.viewer))
    asked = ask_first(
        request,
        question="重建检索索引？",
        consequences=("在后台生成新的一代，期间检索照常，完成时一步切换", "百万篇约需数分钟，期间后台较忙"),
        button="重建索引",
        back_url=reverse("search-index"),
    )
    if asked is not None:
        return asked
    ask_for_rebuild(actor=request.person, reason="在管理端要求")
    messages.success(request, "已登记重建，几秒后开始；刷新本页查看进度。")
    return HttpResponseRedirect(reverse("search-index"))
