"""Do what a task was started for: its run from the source to pages, resting when asked to."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from rongshu.console.progress import StopAsked
from rongshu.foundation.errors import RongshuError
from rongshu.intake.actions.carry_out import Conduct, Politeness, Progress, carry_out
from rongshu.intake.errors import RunInProgress
from rongshu.intake.models import IntakeTask, TaskRun
from rongshu.intake.sources.kinds import CRAWL

State = IntakeTask.State
Wish = IntakeTask.Wish


class TaskResting(Exception):
    """The task was asked to pause; raised between two steps, nothing is lost."""


def carry_task(reading: TaskRun, conduct: Conduct) -> IntakeTask:
    """Go on with a task's run until its pages are there, it waits for approval, or it is asked to rest.

    Raise what the run raises; the task then says why it stopped and may be taken up again.
    """
    task = IntakeTask.objects.get(pk=reading.task_id)
    conduct = replace(conduct, progress=_heeding(task, conduct), politeness=_politeness(task, conduct))
    try:
        carry_out(reading.run, conduct)
    except TaskResting:
        return _end(task, State.PAUSED)
    except StopAsked:  # the bar's own button: the reading rests and may go on
        _end(task, State.PAUSED)
        raise
    except RunInProgress:
        raise
    except RongshuError as error:
        _end(task, State.FAILED, error.message)
        raise
    stopped = IntakeTask.objects.filter(pk=task.pk, wish=Wish.STOP).exists()
    return _end(task, State.STOPPED if stopped else State.READ)


def _heeding(task: IntakeTask, conduct: Conduct) -> Progress:
    def tell(phase: str, done: int, left: int) -> None:
        conduct.progress(phase, done, left)
        if IntakeTask.objects.filter(pk=task.pk, wish=Wish.PAUSE).exists():
            raise TaskResting

    return tell


def _politeness(task: IntakeTask, conduct: Conduct) -> Politeness:
    """Return how fast a task's site is crawled: as its settings say."""
    rate = task.settings.get("rate")
    if task.kind != CRAWL or rate in (None, ""):
        return conduct.politeness
    per_second = float(rate) or None
    return replace(conduct.politeness, per_second=per_second, at_once=4 if per_second else 16)


def _end(task: IntakeTask, state: State, note: str = "") -> IntakeTask:
    with transaction.atomic():
        task = IntakeTask.objects.select_for_update().get(pk=task.pk)
        task.state, task.wish, task.note = state, Wish.GO_ON, note[:500]
        task.save(update_fields=["state", "wish", "note"])
    return task
