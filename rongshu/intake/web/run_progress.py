"""How far a run is, asked for by its page every few seconds; and the wish that it stop."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.pages import render_page
from rongshu.intake.actions.stop_run import stop_run
from rongshu.intake.models import IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.progress import progress_of
from rongshu.intake.web.finding_runs import run_for


def progress_context(request: HttpRequest, viewer: Viewer, run: IntakeRun) -> dict[str, Any]:
    """Return what the part shows; the rate is over the time since the page last asked (`since`)."""
    progress = progress_of(run)
    now = time.time()
    return {
        "run": run,
        "progress": progress,
        "rate": _rate(request.GET.get("since", ""), progress.done, now),
        "since": f"{progress.done}-{now:.1f}",
        "may_report": may_run_intake(viewer, run.site),
    }


@require_safe
def show_progress(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Give the part of a run's page that tells how far it is."""
    run = run_for(request.viewer, run_id)
    return render_page(request, "intake/_run_progress.html", progress_context(request, request.viewer, run))


@require_POST
def stop(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Ask a run to stop."""
    stop_run(actor=request.person, run=run_for(request.viewer, run_id))
    messages.success(request, "任务会在当前一步完成后停下，已采集的内容保留。")
    return HttpResponseRedirect(reverse("intake-run", args=[run_id]))


def _rate(since: str, done: int, now: float) -> str:
    before, _, at = since.partition("-")
    try:
        count, seconds = done - int(before), now - float(at)
    except ValueError:
        return ""
    return f"{count / seconds:.1f}" if seconds > 0.5 and count >= 0 else ""
