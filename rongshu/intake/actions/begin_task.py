"""Start, go on with or retry a task in the background, as long work with its bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.urls import reverse

from rongshu.accounts.models import Person
from rongshu.console.models import LongWork
from rongshu.console.progress import WorkInHand, begin_work
from rongshu.foundation.worker import Drained, drain, living_workers
from rongshu.intake.actions.carry_out import Conduct
from rongshu.intake.actions.carry_task import carry_task
from rongshu.intake.actions.start_task import resume_task, start_task
from rongshu.intake.models import IntakeTask, TaskRun
from rongshu.intake.waiting_for_pages import wait_for_pages

CARRY_TASK: Final = "intake.task"


def begin_task(*, actor: Person, task: IntakeTask, is_retry: bool = False) -> LongWork:
    """Start a reading; return the work that does it."""
    return _begin(actor, start_task(actor=actor, task=task, is_retry=is_retry))


def continue_task(*, actor: Person, task: IntakeTask) -> LongWork:
    """Let a reading go on; return the work that does it."""
    return _begin(actor, resume_task(actor=actor, task=task))


def carry_task_on(hand: WorkInHand) -> str:
    """Go on with a task's run; the way of this kind of long work."""
    reading = TaskRun.objects.select_related("run", "task").get(pk=hand.payload["run"])

    def tell(phase: str, done: int, left: int) -> None:
        hand.advance(done, done + left if left >= 0 else None, phase)

    def write_pages(tell_left: Callable[[int], None]) -> Drained:
        # Beside a worker at work the pages are its matter; draining here would do everybody's work.
        return wait_for_pages(str(reading.run.site_id), tell_left) if living_workers() else drain(tell_left)

    carry_task(reading, Conduct(hand.actor, progress=tell, write_pages=write_pages))
    return reverse("intake-task", args=[reading.task_id])


def _begin(actor: Person, reading: TaskRun) -> LongWork:
    title = f"{'重跑失败记录' if reading.is_retry else '数据采集'}：{reading.task.name}"
    return begin_work(actor=actor, kind=CARRY_TASK, title=title, payload={"run": str(reading.pk)}, unit="条")
