"""Begin a reading of a task's source, ask it to pause or stop, take it up again, read failed records anew."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.intake.actions.start_run import start_run
from rongshu.intake.columns import SEPARATOR, clean_crumbs
from rongshu.intake.errors import NothingFailed, TaskNotReady
from rongshu.intake.mapping import read_field_mapping
from rongshu.intake.models import IntakeTask, TaskRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.tasks import failed_rows, is_under_way, latest_reading
from rongshu.intake.sources.kinds import CRAWL

State = IntakeTask.State
Wish = IntakeTask.Wish


def start_task(*, actor: Person, task: IntakeTask, is_retry: bool = False) -> TaskRun:
    """Begin a reading: of everything, of which only what is new or changed comes in, or of what failed.

    Raise `TaskNotReady` while an earlier one is under way, `NothingFailed` where nothing is to be read again.
    """
    with transaction.atomic():
        task = _locked(actor, task)
        earlier = latest_reading(task)
        if task.is_locked or is_under_way(earlier):
            raise TaskNotReady("上一次读取还没有结束：请继续它，或停止后再开始。")
        if is_retry and task.kind == CRAWL:
            raise TaskNotReady("网站采集任务请重新开始：没有取到的网页会再取一遍。")
        if is_retry and not failed_rows(task).exists():
            raise NothingFailed
        run = start_run(
            actor=actor, site=task.site, source=source_name(task), allowed_hosts=task.allowed_hosts,
            mapping=column_mapping(task),
        )  # fmt: skip
        reading = TaskRun.objects.create(run=run, task=task, is_retry=is_retry)
        _enter(task, State.RUNNING)
        record(actor, "intake.task-retried" if is_retry else "intake.task-started", task, run=str(run.pk))
    return reading


def resume_task(*, actor: Person, task: IntakeTask) -> TaskRun:
    """Let a reading go on that was paused, stopped by an error, or cut off. Raise `TaskNotReady`."""
    with transaction.atomic():
        task = _locked(actor, task)
        reading = latest_reading(task)
        if reading is None or not is_under_way(reading):
            raise TaskNotReady("任务没有中断的读取，请重新开始。")
        _enter(task, State.RUNNING)
        record(actor, "intake.task-resumed", task, run=str(reading.pk))
    return reading


def pause_task(*, actor: Person, task: IntakeTask) -> IntakeTask:
    """Ask whoever reads to rest at the next step; what is read stays. Raise `TaskNotReady`."""
    return _wish(actor, task, Wish.PAUSE, "intake.task-paused", {State.RUNNING})


def stop_task(*, actor: Person, task: IntakeTask) -> IntakeTask:
    """Read no further: what was read goes its way through gate and approval. Raise `TaskNotReady`."""
    return _wish(actor, task, Wish.STOP, "intake.task-stopped", {State.RUNNING, State.PAUSED, State.FAILED})


def source_name(task: IntakeTask) -> str:
    """Return how runs and mandates name the source of a task."""
    return str(task.settings["source"]) if task.kind == CRAWL else f"task:{task.name}"


def column_mapping(task: IntakeTask) -> dict[str, str]:
    """Return what a run needs to know of columns: names joined → path, "" for what is left out."""
    if task.kind == CRAWL:
        columns = task.mapping.get("columns") or {}
        pairs = [
            (str(old).split(SEPARATOR.strip()), "" if to == "不迁移" else str(to))
            for old, to in columns.items()
        ]
    else:
        mapping = read_field_mapping(task.mapping)
        pairs = [(old.split(mapping.separator), to) for old, to in mapping.column_paths.items()]
    return {SEPARATOR.join(clean_crumbs(names)): path for names, path in pairs}


def _wish(actor: Person, task: IntakeTask, wish: Wish, deed: str, states: set[State]) -> IntakeTask:
    with transaction.atomic():
        task = _locked(actor, task)
        if task.state not in states or not is_under_way(latest_reading(task)):
            raise TaskNotReady
        task.wish = wish
        task.save(update_fields=["wish"])
        record(actor, deed, task)
    return task


def _locked(actor: Person, task: IntakeTask) -> IntakeTask:
    found = IntakeTask.objects.select_for_update().select_related("site__sponsor").get(pk=task.pk)
    require(may_run_intake(viewer_for(actor), found.site))
    return found


def _enter(task: IntakeTask, state: State) -> None:
    # Whoever asked to stop is heard: going on then only carries what was read to its end.
    wish = (
        task.wish
        if task.wish == Wish.STOP and state == State.RUNNING and is_under_way(latest_reading(task))
        else ""
    )
    task.state, task.wish, task.note = state, wish, ""
    task.save(update_fields=["state", "wish", "note"])
