"""The pages of long work: the person's own list, one piece, its bar, and stopping it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.models import Person
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_parts import Column, Empty, State
from rongshu.console.lists import ListPage
from rongshu.console.models import LongWork
from rongshu.console.pages import render_page
from rongshu.console.progress import resume_work, stop_work, work_url
from rongshu.console.queries import long_work_of
from rongshu.foundation.guards import get_one

_WORK = ListPage[LongWork](
    code="long-work",
    title="进行中的工作",
    lead="批量处理、导入等耗时的工作在后台进行，关闭网页不会中断。",
    rows=lambda viewer: LongWork.objects.none(),
    order="-created_at",
    columns=(
        Column("title", "工作", lambda one: one.title),
        Column("status", "状态", lambda one: State(one.get_status_display(), one.tone), is_narrow=True),
        Column("progress", "进度", lambda one: one.how_far),
        Column("begun", "开始于", lambda one: one.created_at, order="created_at", is_narrow=True),
    ),
    open_url=work_url,
    empty=Empty("没有进行中的工作", "批量操作较多内容时，进度会显示在这里。", "hourglass"),
)


@require_safe
def list_work(request: StaffRequest) -> HttpResponseBase:
    """List the person's own work."""
    return _WORK.answer(request, rows=long_work_of(request.person))


@require_safe
def show_work(request: StaffRequest, work_id: UUID) -> HttpResponse:
    """Show how far a piece of work is."""
    return render_page(request, "console/work.html", {"work": _own(request.person, work_id)})


@require_safe
def show_progress(request: StaffRequest, work_id: UUID) -> HttpResponse:
    """Answer the bar alone; the page asks for it while the work goes on."""
    return render(request, "console/_progress.html", {"work": _own(request.person, work_id)})


@require_POST
def ask_to_stop(request: StaffRequest, work_id: UUID) -> HttpResponse:
    """Ask a piece of work to stop."""
    return HttpResponseRedirect(
        reverse("console-work", args=[stop_work(actor=request.person, work_id=work_id).pk])
    )


@require_POST
def ask_to_resume(request: StaffRequest, work_id: UUID) -> HttpResponse:
    """Let a piece of work go on that was stopped or failed."""
    return HttpResponseRedirect(work_url(resume_work(actor=request.person, work_id=work_id)))


def _own(person: Person, work_id: UUID) -> LongWork:
    return get_one(long_work_of(person), pk=work_id)
