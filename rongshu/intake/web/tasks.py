"""Tasks over records: the list, one task with its progress, its source, its failed records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import answer_form
from rongshu.console.list_parts import Button, Column, Empty, Search, State, choice_filter
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.models import LongWork
from rongshu.console.pages import Crumb, render_page
from rongshu.console.progress import work_url
from rongshu.console.working_place import SITE, UNIT, at_site, in_unit
from rongshu.foundation.guards import get_one
from rongshu.intake.actions.begin_task import CARRY_TASK, begin_task, continue_task
from rongshu.intake.actions.define_task import TaskDescription, change_task, create_task
from rongshu.intake.actions.start_task import pause_task, stop_task
from rongshu.intake.mapping.reading import WAYS
from rongshu.intake.models import IntakeTask, TaskRow
from rongshu.intake.queries.tasks import (
    as_failed,
    failed_rows,
    is_under_way,
    latest_reading,
    progress_of,
    tasks_for,
)
from rongshu.intake.sources import source_kinds
from rongshu.intake.web.runs import CRUMBS
from rongshu.intake.web.task_forms import SourceForm, element_names, kind_is_crawl, read_yaml
from rongshu.intake.web.task_uploads import keep_upload

TASK_CRUMBS = (*CRUMBS, Crumb("数据采集任务", "intake-tasks"))
_State = IntakeTask.State
_TONES = {
    _State.RUNNING: "info", _State.PAUSED: "warning", _State.FAILED: "problem", _State.READ: "well",
    _State.STOPPED: "warning",
}  # fmt: skip


def state_of(task: IntakeTask) -> State:
    """Return a task's state as a list shows it."""
    state = _State(task.state)
    return State(state.label, _TONES.get(state, "quiet"))


def kind_label(code: str) -> str:
    """Return what a way to collect is called."""
    return next((kind.label for kind in source_kinds() if kind.code == code), code)


TASKS: ListPage[IntakeTask] = ListPage(
    code="intake-tasks",
    title="数据采集任务",
    lead="从数据库、文件、列表接口逐条迁入，或作为任务的网站采集。每次读取成为一批，经审批后进入栏目。",
    rows=tasks_for,
    order="-created_at",
    columns=(
        Column("name", "名称", lambda task: task.name, order="name"),
        Column("site", "站点", lambda task: task.site.name),
        Column("kind", "来源方式", lambda task: kind_label(task.kind), is_narrow=True),
        Column("state", "状态", state_of, is_narrow=True),
        Column("note", "说明", lambda task: task.note, is_shown=False),
        Column("created", "建立时间", lambda task: task.created_at, order="created_at", is_narrow=True),
    ),
    filters=(choice_filter("state", "状态", _State.choices),),
    search=Search(("name", "site__name"), "名称、站点"),
    open_url=lambda task: reverse("intake-task", args=[task.pk]),
    buttons=(Button("新建任务", "intake-new-task", "plus", is_primary=True),),
    narrow={UNIT: in_unit("site__sponsor_id"), SITE: at_site("site_id")},
    crumbs=CRUMBS,
    empty=Empty(
        "还没有数据采集任务", "旧系统给得出数据库、导出文件或列表接口的，新建任务逐条迁入。", "database"
    ),
)
ROWS: ListPage[TaskRow] = ListPage(
    code="intake-task-rows",
    title="失败的记录",
    rows=lambda viewer: TaskRow.objects.none(),  # below one task: `answer` gets the rows
    order="id",
    columns=(
        Column("key", "主键", lambda row: row.key, is_narrow=True),
        Column("title", "标题", lambda row: row.title or "（无标题）"),
        Column("reason", "原因", lambda row: as_failed(row).reason),
        Column("code", "代码", lambda row: as_failed(row).code, is_narrow=True),
    ),
    search=Search(("key", "title", "reason"), "主键、标题、原因"),
    empty=Empty("没有失败的记录", "没有迁入的、附件没有取到的记录列在这里，写明原因。", "checks"),
    template="intake/task_rows.html",
)


def task_for(viewer: Viewer, task_id: UUID) -> IntakeTask:
    """Return a task of the viewer's; else NotFound."""
    require_tasks(viewer)
    return get_one(tasks_for(viewer).select_related("created_by"), pk=task_id)


def require_tasks(viewer: Viewer) -> None:
    """Raise `NotAllowed` for who runs intake nowhere."""
    require(may_anywhere(viewer, "intake.run"))


@require_safe
def list_tasks(request: StaffRequest) -> HttpResponseBase:
    """List the tasks into the viewer's sites."""
    require_tasks(request.viewer)
    return TASKS.answer(request)


@require_safe
def list_rows(request: StaffRequest, task_id: UUID) -> HttpResponseBase:
    """List the failed records of a task."""
    task = task_for(request.viewer, task_id)
    return ROWS.answer(request, rows=failed_rows(task), context={"task": task})


@require_safe
def show_task(request: StaffRequest, task_id: UUID) -> HttpResponse:
    """Show a task: how far it is, what failed, what its fields mean."""
    task = task_for(request.viewer, task_id)
    reading = latest_reading(task)
    under_way = is_under_way(reading)
    shown: dict[str, Any] = {
        "task": task,
        "state": state_of(task),
        "kind": kind_label(task.kind),
        "now": progress_of(task),
        "work": _work_of(task),
        "failed": [as_failed(row) for row in failed_rows(task)[:10]],
        "fields": _fields_said(task),
        "settings": _settings_said(task),
        "is_crawl": kind_is_crawl(task.kind),
        "may_start": not task.is_locked
        and not under_way
        and (bool(task.mapping) or kind_is_crawl(task.kind)),
        "may_resume": under_way and task.state != _State.RUNNING,
        "may_pause": task.state == _State.RUNNING,
        "may_stop": under_way and reading is not None and reading.run.phase == "crawling",
    }
    return render_page(request, "intake/task.html", shown, crumbs=TASK_CRUMBS)


@require_http_methods(["GET", "HEAD", "POST"])
def begin_new_task(request: StaffRequest) -> HttpResponse:
    """Describe a new source."""
    require_tasks(request.viewer)
    form = SourceForm(request.viewer, request.POST or None, request.FILES or None)
    made: list[IntakeTask] = []

    def act(filled: SourceForm) -> str:
        description = _described(filled, None)
        made.append(create_task(actor=request.person, site=filled.chosen_site(), description=description))
        return "已新建任务，请写明字段映射。" if not kind_is_crawl(made[0].kind) else "已新建任务。"

    def done_url() -> str:
        page = "intake-task" if kind_is_crawl(made[0].kind) else "intake-task-mapping"
        return reverse(page, args=[made[0].pk])

    return answer_form(
        request, form, act, title="新建数据采集任务", button="新建任务", done_url=done_url,
        back_url=reverse("intake-tasks"), crumbs=TASK_CRUMBS,
        lead="先说明从哪里读，再写明字段映射。数据库口令、内网主机、服务器上的路径由运维人员设置。",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change_source(request: StaffRequest, task_id: UUID) -> HttpResponse:
    """Change a task's name and source."""
    task = task_for(request.viewer, task_id)
    form = SourceForm(request.viewer, request.POST or None, request.FILES or None, task=task)

    def act(filled: SourceForm) -> str:
        change_task(actor=request.person, task=task, description=_described(filled, task))
        return "已修改来源。"

    page = reverse("intake-task", args=[task.pk])
    return answer_form(
        request, form, act, title=f"修改来源：{task.name}", button="保存来源", done_url=page, back_url=page,
        crumbs=TASK_CRUMBS,
    )  # fmt: skip


@require_POST
def start(request: StaffRequest, task_id: UUID) -> HttpResponse:
    """Begin a reading in the background."""
    task = task_for(request.viewer, task_id)
    return _gone_on(begin_task(actor=request.person, task=task))


@require_POST
def retry(request: StaffRequest, task_id: UUID) -> HttpResponse:
    """Read the failed records again."""
    task = task_for(request.viewer, task_id)
    return _gone_on(begin_task(actor=request.person, task=task, is_retry=True))


@require_POST
def resume(request: StaffRequest, task_id: UUID) -> HttpResponse:
    """Go on with a reading that rests."""
    task = task_for(request.viewer, task_id)
    return _gone_on(continue_task(actor=request.person, task=task))


@require_POST
def pause(request: StaffRequest, task_id: UUID) -> HttpResponse:
    """Ask a reading to rest."""
    return _asked(request, task_id, pause_task)


@require_POST
def stop(request: StaffRequest, task_id: UUID) -> HttpResponse:
    """Ask a reading to end here."""
    task = task_for(request.viewer, task_id)
    asked = ask_first(
        request,
        question=f"停止读取“{task.name}”？",
        consequences=["后面的记录不再读取；已读的照常入库、送审。", "以后可以重新开始，只迁入没有迁入过的。"],
        button="停止读取",
    )
    return asked if asked is not None else _asked(request, task_id, stop_task)


def _asked(request: StaffRequest, task_id: UUID, deed: Callable[..., IntakeTask]) -> HttpResponse:
    task = task_for(request.viewer, task_id)
    deed(actor=request.person, task=task)
    return HttpResponseRedirect(reverse("intake-task", args=[task.pk]))


def _gone_on(work: LongWork) -> HttpResponse:
    return HttpResponseRedirect(work_url(work))


def _described(form: SourceForm, task: IntakeTask | None) -> TaskDescription:
    given = form.cleaned_data
    settings = read_yaml(given["settings"], "settings")
    if given["kind"] == "file":
        kept = task.settings.get("path") if task is not None and task.kind == "file" else None
        path = keep_upload(given["file"]) if given["file"] else kept
        settings |= {"path": str(path)} if path else {}
    return TaskDescription(
        name=given["name"].strip(),
        kind=given["kind"],
        settings=settings,
        mapping=task.mapping if task is not None and task.kind == given["kind"] else {},
        allowed_hosts=task.allowed_hosts if task is not None else (),
    )


def _work_of(task: IntakeTask) -> LongWork | None:
    """Return the work in the background that carries the latest reading, while it is open."""
    reading = latest_reading(task)
    if reading is None:
        return None
    works = LongWork.objects.filter(
        kind=CARRY_TASK, payload__run=str(reading.pk), status__in=["waiting", "running"]
    )
    return works.order_by("-created_at").first()


def _fields_said(task: IntakeTask) -> list[tuple[str, str]]:
    names = element_names(str(task.mapping.get("type") or "article")) if task.mapping.get("fields") else {}
    return [(names.get(name, name), _said(rule)) for name, rule in (task.mapping.get("fields") or {}).items()]


def _settings_said(task: IntakeTask) -> list[tuple[str, Any]]:
    """Return the settings by their labels, without where on the server a file lies."""
    known = next((kind.settings for kind in source_kinds() if kind.code == task.kind), ())
    labels = {one.name: one.label for one in known}
    return [(labels.get(name, name), value) for name, value in task.settings.items() if name != "path"]


def _said(rule: Any) -> str:
    """Say a rule of a mapping in words."""
    if not isinstance(rule, dict):
        return str(rule)
    if rule.get("constant") not in (None, ""):
        return f"固定为“{rule['constant']}”"
    parts = [str(rule.get("field") or rule.get("template") or "")]
    parts += [WAYS.get(str(rule["as"]), str(rule["as"]))] if rule.get("as") else []
    parts += [f"格式 {rule['format']}"] if rule.get("format") else []
    parts += [f"代码表 {len(rule['codes'])} 项"] if rule.get("codes") else []
    parts += [f"为空时“{rule['default']}”"] if rule.get("default") not in (None, "") else []
    return "，".join(parts)
