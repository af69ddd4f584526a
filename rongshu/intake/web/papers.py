"""The papers of a migration, each as it was filed (P1-08)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.pages import render_page
from rongshu.foundation.guards import get_one
from rongshu.intake.models import IntakePaper
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.chain import root_of
from rongshu.intake.queries.papers import newest_paper
from rongshu.intake.web.finding_runs import run_for
from rongshu.intake.web.runs import CRUMBS

_LABELS: Final = {
    "addresses": "新网址", "alias": "转向", "approval": "审批", "article": "文章", "articles": "文章篇数",
    "at": "时间", "columns": "栏目", "count": "个数", "despite": "仍要切换的理由", "duplicates": "重复",
    "encodings": "编码（页数）", "ended_at": "结束", "file": "文件", "file_bytes": "附件和图片字节数",
    "file_types": "附件和图片（个数）", "handle": "人员代号", "hosts": "旧主机", "is_new": "新建栏目",
    "items": "批次篇数", "level": "级", "mandate": "委托审批", "manifest_digest": "清单摘要", "old": "旧栏目",
    "old_hosts": "旧主机", "page": "列表和其他网页", "pages": "网页（个数）", "part": "文章的续页",
    "person": "人员", "placements": "栏目发布", "reason": "原因", "refused": "未迁入",
    "report": "测试报告摘要", "route": "审核流程", "run": "任务", "sample": "抽查篇数",
    "shape": "网址样式", "signatures": "各级签署",
    "signed_by": "各级签署", "since": "开始", "site": "站点", "source": "来源", "started_at": "开始",
    "status": "状态", "stored": "入库", "templates": "网页模板", "to": "新栏目",
    "turned_over": "本次切换的主机",
    "undated": "没有发布时间的篇数", "unsure": "把握较低的篇数",
}  # fmt: skip
_EMPTY_NAMES: Final = {"": "声明与实际不符", "?": "没有扩展名"}
_ROWS_AT_MOST: Final = 500


@dataclass(frozen=True)
class Table:
    """A list within a paper: its heads, and rows of text."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@require_safe
def show_paper(request: StaffRequest, run_id: UUID, paper_id: UUID) -> HttpResponse:
    """Show one paper; the newest test report has a page of its own that prints."""
    run = run_for(request.viewer, run_id)
    require(may_run_intake(request.viewer, run.site))
    papers = IntakePaper.objects.filter(run=root_of(run)).select_related("person")
    paper = get_one(papers, pk=paper_id)
    if paper == newest_paper(run, IntakePaper.Kind.TEST):
        return HttpResponseRedirect(reverse("intake-proof", args=[run.pk]))
    shown = {
        "run": run,
        "paper": paper,
        "facts": list(_facts(paper.content)),
        "tables": list(_tables(paper.content)),
    }
    return render_page(request, "intake/paper.html", shown, crumbs=CRUMBS)


def _facts(content: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield what is said once, with what is said below a name named after both."""
    for name, value in content.items():
        label = _label(name)
        if isinstance(value, Mapping):
            yield from _facts(value, label)
        elif not _is_table(value):
            yield f"{above}：{label}" if above else label, _text(value)


def _tables(content: Mapping[str, Any]) -> Iterator[Table]:
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _tables(value)
        elif _is_table(value):
            names = list(dict.fromkeys(key for row in value for key in row))
            rows = [[_text(row.get(key)) for key in names] for row in value[:_ROWS_AT_MOST]]
            yield Table(_label(name), [_label(key) for key in names], rows)


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _label(name: str) -> str:
    return _EMPTY_NAMES.get(name) or _LABELS.get(name, name)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(_text, value)) or "—"
    return "—" if value in (None, "") else str(value)
