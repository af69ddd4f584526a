"""Staying in step with an old site that goes on being updated, until its hosts are turned over."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.forms import ConsoleForm
from rongshu.console.progress import WorkInHand, begin_work, work_url
from rongshu.foundation.errors import Refusal
from rongshu.intake.actions.follow_run import SHORTEST, follow_run, keep_following
from rongshu.intake.actions.sign_run import conduct_in_hand
from rongshu.intake.models import IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.chain import root_of
from rongshu.intake.web.finding_runs import run_for

LOOK: Final = "intake.look-again"
_EVERY: Final = 30
_LONGEST: Final = 7 * 24 * 60


class FollowForm(ConsoleForm):
    """How often the source is looked at."""

    every = forms.IntegerField(
        label="每隔几分钟同步一次", min_value=SHORTEST, max_value=_LONGEST, initial=_EVERY
    )


@require_POST
def keep_in_step(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Set the interval, or with `stop` end it."""
    root = _root_for(request, run_id)
    form = FollowForm(request.POST)
    is_over = "stop" in request.POST
    if not is_over and not form.is_valid():
        messages.error(request, f"间隔应为 {SHORTEST} 至 {_LONGEST} 分钟。")
    else:
        try:
            keep_following(
                actor=request.person, run=root, every=None if is_over else form.cleaned_data["every"]
            )
            messages.success(request, "已停止定时同步。" if is_over else "已设置，到切换为止定时同步。")
        except Refusal as error:
            messages.error(request, error.message)
    return HttpResponseRedirect(reverse("intake-live", args=[run_id]))


@require_POST
def look_now(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Look at the source once, in the background."""
    root = _root_for(request, run_id)
    title, payload = f"与旧站同步：{root.source}", {"run": str(root.pk)}
    work = begin_work(actor=request.person, kind=LOOK, title=title, payload=payload, unit="个网址")
    return HttpResponseRedirect(work_url(work))


def look(hand: WorkInHand) -> str:
    """Bring what is new or changed at the source; the way of this kind of work."""
    root = IntakeRun.objects.select_related("site", "follows").get(pk=hand.payload["run"])
    pass_ = follow_run(run=root, conduct=conduct_in_hand(hand, root, hand.actor))
    hand.work.note = "旧站没有变化。" if pass_ is None else f"有变化，{pass_.get_phase_display()}。"
    return reverse("intake-live", args=[root.pk]) if pass_ is None else reverse("intake-run", args=[pass_.pk])


def _root_for(request: StaffRequest, run_id: UUID) -> IntakeRun:
    run = run_for(request.viewer, run_id)
    require(may_run_intake(request.viewer, run.site))
    return root_of(run)
