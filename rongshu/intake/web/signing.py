"""Signing the batch of a waiting run, sending it back, going on with a run, looking through it beforehand."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.models import LongWork
from rongshu.console.progress import work_url
from rongshu.intake.actions.inspect_batch import ask_for_inspection
from rongshu.intake.actions.sign_run import resubmit_run, resume_run, return_run, sign_run
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.web.finding_runs import run_for
from rongshu.intake.web.runs import CRUMBS, batch_for_look
from rongshu.library.queries.batch_standing import may_sign_batch


class SignForm(ConsoleForm):
    """What a signer says, and that he looked."""

    has_looked = forms.BooleanField(
        label="我已抽查样本，并知悉被扣留的内容须另行审核",
        error_messages={"required": "请先抽查样本，再勾选此项"},
    )
    comment = forms.CharField(
        label="意见", required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )


class ReturnForm(ConsoleForm):
    """Why a batch is sent back."""

    reason = forms.CharField(label="退回原因", max_length=300, widget=forms.Textarea({"rows": 3}))


class ResubmitForm(ConsoleForm):
    """What was done about why the batch was sent back."""

    reason = forms.CharField(label="改了什么", max_length=300, widget=forms.Textarea({"rows": 3}))


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Sign the next level of the batch."""
    run = run_for(request.viewer, run_id)
    batch, standing = batch_for_look(request.viewer, run)
    require(may_sign_batch(request.viewer, batch, standing))
    page = reverse("intake-run", args=[run.pk])
    begun: list[LongWork] = []

    def act(form: SignForm) -> str:
        work = sign_run(actor=request.person, run=run, comment=form.cleaned_data["comment"])
        if work is None:
            return "已签发，送下一级审核人。"
        begun.append(work)
        return "各级均已签发，正在生效并进入栏目。"

    return answer_form(
        request,
        SignForm(request.POST if request.method == "POST" else None),
        act,
        title=f"签发本批内容（第 {standing.next_level} 级，共 {standing.route.levels} 级）",
        button="签发",
        done_url=lambda: work_url(begun[0]) if begun else page,
        back_url=page,
        lead=f"{run.site.name}，{batch.item_count} 篇，清单摘要 {batch.manifest_digest}",
        crumbs=CRUMBS,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Send the batch back."""
    run = run_for(request.viewer, run_id)
    batch, standing = batch_for_look(request.viewer, run)
    require(may_sign_batch(request.viewer, batch, standing))
    page = reverse("intake-run", args=[run.pk])

    def act(form: ReturnForm) -> str:
        return_run(actor=request.person, run=run, reason=form.cleaned_data["reason"])
        return "已退回，本批内容留在资源库中，没有生效。"

    return answer_form(
        request,
        ReturnForm(request.POST if request.method == "POST" else None),
        act,
        title="退回本批内容",
        button="退回本批",
        done_url=page,
        back_url=page,
        lead="退回后本批停在这里，已入库的内容以草稿保留；采集人员更正后重新送审，从第一级起签发。",
        crumbs=CRUMBS,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def resubmit(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Put a batch that was sent back up for signing again."""
    run = run_for(request.viewer, run_id)
    require(may_run_intake(request.viewer, run.site))
    page = reverse("intake-run", args=[run.pk])

    def act(form: ResubmitForm) -> str:
        resubmit_run(actor=request.person, run=run, reason=form.cleaned_data["reason"])
        return "已重新送审，从第一级起签发。"

    return answer_form(
        request,
        ResubmitForm(request.POST if request.method == "POST" else None),
        act,
        title="重新送审本批内容",
        button="重新送审",
        done_url=page,
        back_url=page,
        lead="已签发的各级须按现在的清单重新签发。",
        crumbs=CRUMBS,
    )


@require_POST
def resume(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Go on with a run that was cut off."""
    work = resume_run(actor=request.person, run=run_for(request.viewer, run_id))
    return HttpResponseRedirect(work_url(work))


@require_POST
def inspect_all(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Look through the whole batch in the background."""
    run = run_for(request.viewer, run_id)
    batch_for_look(request.viewer, run)
    work = ask_for_inspection(actor=request.person, run=run)
    messages.success(request, "正在检查本批全部内容，有严重结果的会列在任务页上。")
    return HttpResponseRedirect(work_url(work))
