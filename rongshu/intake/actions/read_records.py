"""The first phase of a run over records: read, map, bring files, keep; from where it was cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from rongshu.intake.actions.keep_records import TakenRecord, is_unchanged, keep_records
from rongshu.intake.collecting import files_folder
from rongshu.intake.mapping import FieldMapping, apply_mapping, read_field_mapping
from rongshu.intake.models import IntakeRun, IntakeTask, TaskRow, TaskRun
from rongshu.intake.queries.tasks import failed_rows
from rongshu.intake.sources import RecordSource, SourceRecord, open_source
from rongshu.intake.sources.kinds import CRAWL
from rongshu.intake.sources.record_files import RecordFiles, opened_files

STEP: Final = 50
"""Records kept in one transaction, and at most read again after a kill."""


def reads_records(run: IntakeRun) -> bool:
    """Whether a run's source gives records; else it is crawled."""
    return TaskRun.objects.filter(run=run).exclude(task__kind=CRAWL).exists()


def read_records(run: IntakeRun, *, progress: Callable[[int, int], None]) -> None:
    """Read what the source still has; `progress` is told records read and left (-1: unknown).

    Ends early when the task is to stop. Raise `SourceAway`, `SettingsMalformed`; it may be taken up again.
    """
    reading = TaskRun.objects.select_related("task", "run").get(run=run)
    task = reading.task
    mapping = read_field_mapping(task.mapping)
    with (
        open_source(task.kind, task.settings, allow_hosts=task.allowed_hosts) as source,
        opened_files(
            allow_hosts=task.allowed_hosts, base=mapping.base, folder=mapping.folder, into=files_folder(run)
        ) as files,
    ):
        _expect(reading, source)
        records = _records(reading, source)
        while not _is_to_stop(task) and (some := list(islice(records, STEP))):
            _keep(reading, mapping, some, files)
            progress(reading.read_count, _left(reading))


def prefix_of(task: IntakeTask) -> str:
    """Return how the addresses of a task's records begin that have none of their own."""
    return f"record:{task.pk}/"


def _records(reading: TaskRun, source: RecordSource) -> Iterator[SourceRecord]:
    if not reading.is_retry:
        return source.records(reading.position)
    # What this reading has met already failed again, or came through.
    waiting = failed_rows(reading.task).exclude(run=reading.run)
    return source.named(list(waiting.values_list("key", flat=True)))


def _expect(reading: TaskRun, source: RecordSource) -> None:
    if reading.expected is not None:
        return
    reading.expected = failed_rows(reading.task).count() if reading.is_retry else source.count()
    reading.save(update_fields=["expected"])


def _keep(reading: TaskRun, mapping: FieldMapping, some: list[SourceRecord], files: RecordFiles) -> None:
    prefix = prefix_of(reading.task)
    taken = [TakenRecord(one, apply_mapping(mapping, one, prefix=prefix)) for one in some]
    keys = {key for one in some for key in (one.key, one.listed_as) if key}
    found = reading.task.rows.filter(key__in=keys).select_related("article")
    rows: dict[str, TaskRow] = {row.key: row for row in found}
    fresh = [one for one in taken if _wants_files(one, rows.get(one.source.key))]
    for one, brought in zip(fresh, files.bring([each.mapped.files for each in fresh]), strict=True):
        one.files = brought
    keep_records(reading=reading, taken=taken, rows=rows)


def _wants_files(one: TakenRecord, row: TaskRow | None) -> bool:
    comes_in = not one.mapped.problems and not one.mapped.is_skipped
    return bool(one.mapped.files) and comes_in and not is_unchanged(row, one.digest)


def _left(reading: TaskRun) -> int:
    return -1 if reading.expected is None else max(reading.expected - reading.read_count, 0)


def _is_to_stop(task: IntakeTask) -> bool:
    return IntakeTask.objects.filter(pk=task.pk, wish=IntakeTask.Wish.STOP).exists()
