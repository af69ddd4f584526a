"""What a run found and what it will do: survey, templates and the plan, which may be changed here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.pages import render_page
from rongshu.foundation.errors import Refusal
from rongshu.intake.actions.change_mapping import change_mapping
from rongshu.intake.columns import standing_columns
from rongshu.intake.models import IntakePaper, IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.planning import LEAVE_OUT, MAKE
from rongshu.intake.queries.papers import newest_paper
from rongshu.intake.queries.plan import may_change_plan, may_leave_out, plan_rows
from rongshu.intake.web.finding_runs import run_for
from rongshu.intake.web.runs import CRUMBS
from rongshu.intake.web.tabs import tabs_of

_KINDS = {
    "article": "文章",
    "page": "列表和其他网页",
    "alias": "转向",
    "part": "文章的续页",
    "file": "文件",
    "refused": "未采集",
}


@require_safe
def show_survey(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Show what the source holds, the templates of its pages, and the mapping of columns."""
    run = _run_for(request, run_id)
    survey = newest_paper(run, IntakePaper.Kind.SURVEY)
    shown: dict[str, Any] = {
        "run": run,
        "tabs": tabs_of(request.viewer, run, "intake-survey"),
        "kinds": _named(survey, "pages", _KINDS),
        "encodings": _named(survey, "encodings", {"": "声明与实际不符"}),
        "file_types": _named(survey, "file_types", {"?": "没有扩展名"}),
        "templates": run.templates.order_by("-pages", "shape")[:100],
        "rows": plan_rows(run),
        "choices": _choices(run),
        "may_change": may_change_plan(run),
    }
    return render_page(request, "intake/survey.html", shown, crumbs=CRUMBS)


@require_POST
def change_plan(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Change where old columns go: `old` names them, `to` says where, in the same order."""
    run = _run_for(request, run_id)
    chosen = dict(zip(request.POST.getlist("old"), request.POST.getlist("to"), strict=False))
    try:
        changed = change_mapping(actor=request.person, run=run, chosen=chosen)
    except Refusal as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"已修改 {changed} 个栏目的对应。" if changed else "没有改动。")
    return HttpResponseRedirect(reverse("intake-survey", args=[run_id]))


def _run_for(request: StaffRequest, run_id: UUID) -> IntakeRun:
    run = run_for(request.viewer, run_id)
    require(may_run_intake(request.viewer, run.site))
    return run


def _choices(run: IntakeRun) -> list[tuple[str, str]]:
    columns = standing_columns(run.site).order_by("path").values_list("path", "name")
    left_out = [("", LEAVE_OUT)] if may_leave_out(run) or "" in run.mapping.values() else []
    return [(MAKE, f"{MAKE}同名栏目"), *left_out, *((path, f"{name}　{path}") for path, name in columns)]


def _named(paper: IntakePaper | None, key: str, names: dict[str, str]) -> list[tuple[str, int]]:
    counts = paper.content.get(key, {}) if paper else {}
    return [(names.get(name, name), count) for name, count in counts.items()]
