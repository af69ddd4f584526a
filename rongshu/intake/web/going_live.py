"""The test report of a migration, the switch of the old hosts, and the way back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import ConsoleForm
from rongshu.console.pages import render_page
from rongshu.console.progress import WorkInHand, begin_work, work_url
from rongshu.foundation.errors import NotFound, Refusal
from rongshu.intake.actions.prove_run import prove_run
from rongshu.intake.actions.switch_run import switch_back, switch_run
from rongshu.intake.models import IntakePaper, IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.chain import root_of, runs_in_chain
from rongshu.intake.queries.papers import newest_paper, papers_of
from rongshu.intake.queries.standing import go_live_of
from rongshu.intake.web.finding_runs import run_for
from rongshu.intake.web.in_step import FollowForm
from rongshu.intake.web.printing import printed
from rongshu.intake.web.runs import CRUMBS, state_of
from rongshu.intake.web.tabs import tabs_of

PROVE: Final = "intake.prove"
_PASSES_SHOWN: Final = 20


class ReasonForm(ConsoleForm):
    """Why the hosts are turned over despite findings, or turned back."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea({"rows": 3}))


@require_safe
def show_live(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Show the papers, the test report, and what may be done now."""
    run = _run_for(request, run_id)
    standing = go_live_of(run)
    shown = {
        "run": run,
        "root": root_of(run),
        "tabs": tabs_of(request.viewer, run, "intake-live"),
        "standing": standing,
        "report": standing.test.content if standing.test else None,
        "papers": papers_of(run),
        "passes": [(one, state_of(one)) for one in reversed(runs_in_chain(run)[1:][-_PASSES_SHOWN:])],
        "follow_form": FollowForm(initial={"every": root_of(run).follow_every or 30}),
    }
    return render_page(request, "intake/live.html", shown, crumbs=CRUMBS)


@require_safe
def print_report(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Give the test report as a page that prints."""
    run = _run_for(request, run_id)
    paper = newest_paper(run, IntakePaper.Kind.TEST)
    if paper is None:
        raise NotFound
    shown = {"paper": paper, "report": paper.content, "papers": papers_of(run)}
    return printed("intake/proof_archive.html", shown)


@require_POST
def renew_report(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Test the migration again in the background."""
    run = _run_for(request, run_id)
    title = f"出具测试报告：{run.source}"
    work = begin_work(actor=request.person, kind=PROVE, title=title, payload={"run": str(run.pk)}, unit="份")
    return HttpResponseRedirect(work_url(work))


def prove(hand: WorkInHand) -> str:
    """File a new test report; the way of this kind of work."""
    run = IntakeRun.objects.select_related("site", "follows").get(pk=hand.payload["run"])
    prove_run(actor=hand.actor, run=run)
    return reverse("intake-live", args=[run.pk])


@require_POST
def switch(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Turn the old hosts over; despite findings only with a reason."""
    run = _run_for(request, run_id)
    is_clean = go_live_of(run).may_switch
    form = None if is_clean else ReasonForm(request.POST)
    hosts = "、".join(root_of(run).old_hosts) or run.source
    asked = ask_first(
        request,
        question=f"切换旧主机 {hosts} 到本平台？",
        consequences=[
            "旧网址从现在起由本平台回答：有去向的跳转（301），没有迁移的说明原因（410）。",
            "请把旧域名解析到本平台；发现问题可以随时切回。",
            *([] if is_clean else ["测试报告有须先解决的问题，或者已经过时：写明仍要切换的理由。"]),
        ],
        button="切换到本平台",
        form=form,
        back_url=reverse("intake-live", args=[run_id]),
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    despite = form.cleaned_data["reason"] if form is not None else ""
    try:
        switch_run(actor=request.person, run=run, despite=despite)
        messages.success(request, "已切换，旧网址由本平台回答。")
    except Refusal as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("intake-live", args=[run_id]))


@require_POST
def go_back(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Turn the old hosts back."""
    run = _run_for(request, run_id)
    form = ReasonForm(request.POST)
    asked = ask_first(
        request,
        question="切回旧主机？",
        consequences=["旧网址立即不再由本平台回答，已迁入的内容不受影响。", "请把旧域名解析回旧服务器。"],
        button="切回旧主机",
        form=form,
        back_url=reverse("intake-live", args=[run_id]),
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    try:
        switch_back(actor=request.person, run=run, reason=form.cleaned_data["reason"])
        messages.success(request, "已切回，旧网址不再由本平台回答。")
    except Refusal as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("intake-live", args=[run_id]))


def _run_for(request: StaffRequest, run_id: UUID) -> IntakeRun:
    run = run_for(request.viewer, run_id)
    require(may_run_intake(request.viewer, run.site))
    return run
