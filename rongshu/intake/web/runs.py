"""The list of runs, one run with what became of its articles, and what a signer looks at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_parts import Button, Column, Empty, Search, State, choice_filter
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb, render_page
from rongshu.console.working_place import SITE, UNIT, at_site, in_unit
from rongshu.foundation.errors import NotFound
from rongshu.foundation.text import text_of_html
from rongshu.intake.models import IntakeArticle, IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.progress import progress_of
from rongshu.intake.queries.report import report_of
from rongshu.intake.queries.runs import runs_concerning
from rongshu.intake.queries.signing import (
    get_sampled,
    held_back_of,
    may_look_into,
    return_of,
    sample_of,
)
from rongshu.intake.web.finding_runs import require_intake, run_for
from rongshu.intake.web.run_progress import progress_context
from rongshu.intake.web.tabs import tabs_of
from rongshu.library.models import Approval, ApprovalBatch
from rongshu.library.queries.batch_standing import (
    BatchStanding,
    may_sign_batch,
    standing_of_batch,
)
from rongshu.library.queries.elements import elements_shown
from rongshu.library.queries.signing_levels import signatures_of

CRUMBS = (Crumb("采集迁移", "intake-runs"),)
_Phase, _Status = IntakeRun.Phase, ApprovalBatch.Status
_TONES = {_Phase.WAITING: "warning", _Phase.FINISHED: "well"}


def state_of(run: IntakeRun) -> State:
    """Return where a run is, as a list shows it; one whose batch was sent back says so."""
    if run.batch is not None and run.batch.status == _Status.REJECTED:
        return State("已退回", "problem")
    phase = _Phase(run.phase)
    return State(phase.label, _TONES.get(phase, "info"))


RUNS: ListPage[IntakeRun] = ListPage(
    code="intake-runs",
    title="采集迁移",
    lead="旧网站整站迁入的任务。没有委托审批的，入库后等各级审核人逐级签发，才进入栏目。",
    rows=lambda viewer: runs_concerning(viewer).select_related("site", "batch", "started_by"),
    order="-started_at",
    columns=(
        Column("source", "来源", lambda run: run.source),
        Column("site", "站点", lambda run: run.site.name),
        Column("state", "状态", state_of, is_narrow=True),
        Column("count", "入库", lambda run: run.batch.item_count if run.batch else 0, is_number=True),
        Column("by", "发起人", lambda run: run.started_by.name, is_narrow=True),
        Column("started", "开始时间", lambda run: run.started_at, order="started_at", is_narrow=True),
        Column("finished", "完成时间", lambda run: run.finished_at, is_narrow=True, is_shown=False),
    ),
    filters=(choice_filter("phase", "阶段", _Phase.choices),),
    search=Search(("source", "site__name"), "来源网址、站点"),
    open_url=lambda run: reverse("intake-run", args=[run.pk]),
    buttons=(
        Button("迁移批次", "intake-batches", "files", is_for=lambda one: may_anywhere(one, "intake.run")),
        Button(
            "数据采集任务", "intake-tasks", "database", is_for=lambda one: may_anywhere(one, "intake.run")
        ),
    ),
    narrow={UNIT: in_unit("site__sponsor_id"), SITE: at_site("site_id")},
    empty=Empty("还没有采集任务", "由运维人员用 rongshu intake run 发起；进度和结果显示在这里。", "download"),
)


@require_safe
def list_runs(request: StaffRequest) -> HttpResponseBase:
    """List the runs into the viewer's sites."""
    require_intake(request.viewer)
    return RUNS.answer(request)


@require_safe
def show_run(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Show a run: what became of the source, and how far the signing is."""
    run = run_for(request.viewer, run_id)
    shown: dict[str, Any] = {
        "run": run,
        "tabs": tabs_of(request.viewer, run, "intake-run"),
        "state": state_of(run),
        "outcomes": _outcomes(run),
        "refusals": run.refusals.order_by("id")[:50],
        "refused": run.articles.filter(outcome=IntakeArticle.Outcome.REFUSED).order_by("position")[:50],
        "may_resume": may_run_intake(request.viewer, run.site) and _is_cut_off(run),
        **progress_context(request, request.viewer, run),
    }
    if run.batch is not None and run.batch.status != _Status.OPEN:
        shown |= {**_signing(request.viewer, run.batch), "sent_back": return_of(run)}
    return render_page(request, "intake/run.html", shown, crumbs=CRUMBS)


@require_safe
def show_version(request: StaffRequest, run_id: UUID, version_id: UUID) -> HttpResponse:
    """Show one piece of the batch with its elements and its text."""
    run = run_for(request.viewer, run_id)
    batch, _ = batch_for_look(request.viewer, run)
    version = get_sampled(batch, version_id)
    shown = {
        "run": run,
        "version": version,
        "elements": elements_shown(version),
        "text": text_of_html(version.body),
        "files": [file["name"] for file in version.attachments],
    }
    return render_page(request, "intake/version.html", shown, crumbs=CRUMBS)


@require_safe
def give_report(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Give the report of a run, as `rongshu intake run` prints it."""
    run = run_for(request.viewer, run_id)
    require(may_run_intake(request.viewer, run.site))
    answer = JsonResponse(report_of(run), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="intake-{run.pk}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


def batch_for_look(viewer: Viewer, run: IntakeRun) -> tuple[ApprovalBatch, BatchStanding]:
    """Return a run's batch for who may see what is in it; else NotFound."""
    if run.batch is None:
        raise NotFound
    standing = standing_of_batch(run.batch)
    if not may_look_into(viewer, run.batch, standing):
        raise NotFound
    return run.batch, standing


def _signing(viewer: Viewer, batch: ApprovalBatch) -> dict[str, Any]:
    standing = standing_of_batch(batch)
    is_waiting = batch.status == _Status.WAITING
    shown: dict[str, Any] = {
        "batch": batch,
        "standing": standing,
        "levels": _signed(batch, standing).levels(),
        "is_waiting": is_waiting,
        "may_sign": is_waiting and may_sign_batch(viewer, batch, standing),
        "may_look": may_look_into(viewer, batch, standing),
    }
    if shown["may_look"]:
        shown |= {"sample": sample_of(batch), "held": held_back_of(batch)}
    return shown


def _signed(batch: ApprovalBatch, standing: BatchStanding) -> BatchStanding:
    """Return the standing with what an approved batch was approved by, however it was signed."""
    approval = Approval.objects.filter(batch=batch, outcome=Approval.Outcome.APPROVED).first()
    if approval is None:
        return standing
    return replace(standing, approval=approval, signatures=signatures_of(approval).get(approval.pk, ()))


def _outcomes(run: IntakeRun) -> list[tuple[str, int]]:
    counts = dict(run.articles.values_list("outcome").annotate(count=Count("id")).order_by("outcome"))
    counted = [(label, counts.get(value, 0)) for value, label in IntakeArticle.Outcome.choices]
    return [*counted, ("未采集的网址", run.refusals.count())]


def _is_cut_off(run: IntakeRun) -> bool:
    if run.phase == _Phase.FINISHED or progress_of(run).is_under_way:
        return False
    is_waiting = run.batch is not None and run.batch.status in {_Status.WAITING, _Status.REJECTED}
    return not is_waiting
