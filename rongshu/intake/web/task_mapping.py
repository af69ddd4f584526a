"""The mapping of a task: edited element by element, and tried on the source before anything comes in."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.forms import answer_form
from rongshu.console.pages import render_page
from rongshu.foundation.errors import NotFound, Refusal
from rongshu.intake.actions.check_task import check_task
from rongshu.intake.actions.define_task import TaskDescription, change_task
from rongshu.intake.models import IntakeTask
from rongshu.intake.sources import open_source
from rongshu.intake.web.task_forms import MappingForm, initial_mapping, kind_is_crawl
from rongshu.intake.web.tasks import TASK_CRUMBS, task_for
from rongshu.library.models import ResourceType
from rongshu.library.queries.schemas import default_standard_code

_TRIED: Final = 300
"""Records a trial in the page looks at; the command looks at all."""


@require_http_methods(["GET", "HEAD", "POST"])
def edit_mapping(request: StaffRequest, task_id: UUID) -> HttpResponse:
    """Edit what the fields of a source mean."""
    task = task_for(request.viewer, task_id)
    if kind_is_crawl(task.kind):
        raise NotFound
    names, remark = _names_of(task)
    mapping = task.mapping or initial_mapping(names)
    types = ResourceType.objects.filter(standard_id=default_standard_code()).order_by("position")
    form = MappingForm(
        request.POST or None, names=names, mapping=mapping, types=list(types.values_list("code", "name_cn"))
    )

    def act(filled: MappingForm) -> str:
        description = TaskDescription(
            name=task.name, kind=task.kind, settings=task.settings, mapping=filled.said(),
            allowed_hosts=task.allowed_hosts,
        )  # fmt: skip
        change_task(actor=request.person, task=task, description=description)
        return "已保存映射。请试映射，再开始读取。"

    page = reverse("intake-task", args=[task.pk])
    return answer_form(
        request, form, act, title=f"字段映射：{task.name}", button="保存映射", done_url=page, back_url=page,
        crumbs=TASK_CRUMBS, template="intake/task_mapping.html", context={"task": task, "remark": remark},
    )  # fmt: skip


@require_POST
def try_mapping(request: StaffRequest, task_id: UUID) -> HttpResponse:
    """Try the mapping on the first records and show what would not come through."""
    task = task_for(request.viewer, task_id)
    if not task.mapping or kind_is_crawl(task.kind):
        return HttpResponseRedirect(reverse("intake-task", args=[task.pk]))
    shown: dict[str, Any] = {"task": task, "most": _TRIED}
    try:
        report = check_task(actor=request.person, task=task, most=_TRIED)
    except Refusal as refused:
        return render_page(
            request, "intake/task_check.html", shown | {"refused": refused}, crumbs=TASK_CRUMBS, status=422
        )
    return render_page(
        request,
        "intake/task_check.html",
        shown | {"report": report, "found": report.as_dict()},
        crumbs=TASK_CRUMBS,
    )


def _names_of(task: IntakeTask) -> tuple[list[str], str]:
    """Return the fields of the source; why there are none where it can't be asked now."""
    try:
        with open_source(task.kind, task.settings, allow_hosts=task.allowed_hosts) as source:
            return [name for name in source.fields() if ".0." not in name], ""
    except Refusal as refused:
        return [], f"现在读不到来源的字段：{refused.message}"
