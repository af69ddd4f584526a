"""Reading tasks over records: which there are, how far they are, which records failed and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.intake.errors import TaskNotFound
from rongshu.intake.models import IntakeArticle, IntakeRun, IntakeTask, TaskRow, TaskRun
from rongshu.intake.permissions import may_run_intake
from rongshu.sites.models import Site

_Phase, _Outcome = IntakeRun.Phase, IntakeArticle.Outcome
CAPABILITY: Final = "intake.run"
# From here on nothing of a run is left to do but what somebody signs.
_ENDED: Final = (_Phase.WAITING, _Phase.FINISHED)


@dataclass(frozen=True)
class FailedRow:
    """A record that did not come through, and why."""

    key: str
    title: str
    code: str
    reason: str


@dataclass(frozen=True)
class TaskProgress:
    """How far the latest reading of a task is; counts are of records."""

    run: IntakeRun | None
    expected: int | None
    read: int
    unchanged: int
    outcomes: Mapping[str, int]
    failed: int
    gone: int

    @property
    def percent(self) -> int | None:
        """How much of the source is read, in hundredths."""
        return min(100, round(100 * self.read / self.expected)) if self.expected else None


def tasks_for(viewer: Viewer) -> QuerySet[IntakeTask]:
    """Return the tasks into sites where the viewer runs intake, newest first."""
    tasks = IntakeTask.objects.select_related("site").order_by("-created_at")
    if viewer.holds_on_platform(CAPABILITY):
        return tasks
    units = viewer.organizations_with(CAPABILITY)
    sites = {pk for pk, held in viewer.by_site.items() if CAPABILITY in held}
    return tasks.filter(Q(site__sponsor_id__in=units) | Q(site_id__in=sites))


def get_task_for(viewer: Viewer, name: str) -> IntakeTask:
    """Return a task by its identifier or its name; one of several sites' same names has to be told by id."""
    tasks = tasks_for(viewer)
    try:
        found = list(tasks.filter(pk=UUID(name))[:2])
    except ValueError:
        found = list(tasks.filter(name=name)[:2])
    if len(found) > 1:
        raise TaskNotFound(f"有多个任务叫“{name}”，请用编号（rongshu intake task list）。")
    if not found or not may_run_intake(viewer, found[0].site):
        raise TaskNotFound
    return found[0]


def latest_reading(task: IntakeTask) -> TaskRun | None:
    """Return the latest reading of a task with its run."""
    return (
        task.runs.select_related("run", "run__site", "run__batch").order_by("-run__started_at", "-pk").first()
    )


def is_under_way(reading: TaskRun | None) -> bool:
    """Whether a reading still has something to do that needs nobody's signature."""
    return reading is not None and reading.run.phase not in _ENDED


def failed_rows(task: IntakeTask) -> QuerySet[TaskRow]:
    """Return the records that failed when they were last met, before the gate or at it."""
    failed = ~Q(code="") | Q(article__outcome=_Outcome.REFUSED)
    return task.rows.filter(failed).select_related("article").order_by("id")


def as_failed(row: TaskRow) -> FailedRow:
    """Return why a record failed, whoever refused it."""
    if row.code or row.article is None:
        return FailedRow(row.key, row.title, row.code, row.reason)
    return FailedRow(row.key, row.title, row.article.code, row.article.reason)


def progress_of(task: IntakeTask) -> TaskProgress:
    """Return how far the latest reading of a task is."""
    reading = latest_reading(task)
    failed = failed_rows(task).count()
    if reading is None:
        return TaskProgress(None, None, 0, 0, {}, failed, 0)
    counts = reading.run.articles.values_list("outcome").annotate(count=Count("id")).order_by("outcome")
    # What the source does not give any more is told of once it is read to its end.
    is_whole = not reading.is_retry and reading.run.phase != _Phase.CRAWLING
    gone = (
        task.rows.exclude(run=reading.run).count()
        if is_whole and task.state != IntakeTask.State.STOPPED
        else 0
    )
    return TaskProgress(
        reading.run, reading.expected, reading.read_count, reading.unchanged_count, dict(counts), failed, gone
    )


def sites_for_tasks(viewer: Viewer) -> QuerySet[Site]:
    """Return the sites into which the viewer may bring something."""
    sites = Site.objects.order_by("slug")
    if viewer.holds_on_platform(CAPABILITY):
        return sites
    named = {pk for pk, held in viewer.by_site.items() if CAPABILITY in held}
    return sites.filter(Q(sponsor_id__in=viewer.organizations_with(CAPABILITY)) | Q(pk__in=named))


def task_as_dict(task: IntakeTask) -> dict[str, Any]:
    """Return a task as its file says it."""
    return {
        "name": task.name,
        "site": task.site.slug,
        "source": {"kind": task.kind, **task.settings},
        **({"allow_hosts": task.allowed_hosts} if task.allowed_hosts else {}),
        **task.mapping,
    }
