"""Batches of many sites: each with how far it is, and the report of all."""

from __future__ import annotations

from collections import Counter
from typing import Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_parts import Column, Empty, Search, State
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb, render_page
from rongshu.intake.models import BatchSite, IntakeBatch
from rongshu.intake.queries.batches import (
    batch_progress,
    batch_report,
    batches_for,
    get_batch_for,
    printed_batch,
)
from rongshu.intake.web.printing import printed

_State = BatchSite.State
_TONES: Final = {
    _State.RUNNING: "info", _State.WAITING: "warning", _State.FAILED: "problem", _State.FINISHED: "well",
}  # fmt: skip
_CRUMBS: Final = (Crumb("采集迁移", "intake-runs"), Crumb("迁移批次", "intake-batches"))

BATCHES: ListPage[IntakeBatch] = ListPage(
    code="intake-batches",
    title="迁移批次",
    lead="一张表里的多个网站一次迁入。由运维人员用 rongshu intake batch 发起。",
    rows=batches_for,
    order="-started_at",
    columns=(
        Column("name", "名称", lambda one: one.name),
        Column("sites", "网站", lambda one: one.sites.count(), is_number=True),
        Column("by", "发起人", lambda one: one.started_by.name, is_narrow=True),
        Column("started", "开始时间", lambda one: one.started_at, order="started_at", is_narrow=True),
        Column("finished", "完成时间", lambda one: one.finished_at, is_narrow=True),
    ),
    search=Search(("name",), "名称"),
    open_url=lambda one: reverse("intake-batch", args=[one.pk]),
    crumbs=_CRUMBS[:1],
    empty=Empty("还没有批次", "用 rongshu intake batch 按一张表迁入多个网站，进度显示在这里。", "files"),
)


@require_safe
def list_batches(request: StaffRequest) -> HttpResponseBase:
    """List the batches of the viewer's."""
    require(may_anywhere(request.viewer, "intake.run"))
    return BATCHES.answer(request)


@require_safe
def show_batch(request: StaffRequest, many_id: UUID) -> HttpResponse:
    """Show every site of a batch; asked again by the page while sites are under way."""
    batch = _batch_for(request, many_id)
    sites = batch_progress(batch)
    states = Counter(one.state for one in sites)
    shown = {
        "batch": batch,
        "rows": [(one, State(one.state_label, _TONES.get(_State(one.state), "quiet"))) for one in sites],
        "finished": states[_State.FINISHED],
        "is_under_way": states[_State.RUNNING] > 0,
        "sums": [
            (label, sum(getattr(one, name) for one in sites))
            for name, label in (
                ("met", "旧站文章"),
                ("stored", "入库"),
                ("duplicates", "重复"),
                ("refused", "未迁入"),
            )
        ],
    }
    is_part = request.headers.get("HX-Target") == "batch-sites"
    template = "intake/_batch_sites.html" if is_part else "intake/batch.html"
    return render_page(request, template, shown, crumbs=_CRUMBS)


@require_safe
def give_batch_report(request: StaffRequest, many_id: UUID) -> HttpResponse:
    """Give the report of a batch as JSON."""
    batch = _batch_for(request, many_id)
    answer = JsonResponse(batch_report(batch), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="intake-batch-{batch.pk}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def print_batch_report(request: StaffRequest, many_id: UUID) -> HttpResponse:
    """Give the report of a batch as a page that prints."""
    return printed("intake/batch_archive.html", printed_batch(_batch_for(request, many_id)))


def _batch_for(request: StaffRequest, many_id: UUID) -> IntakeBatch:
    require(may_anywhere(request.viewer, "intake.run"))
    return get_batch_for(request.viewer, many_id)
