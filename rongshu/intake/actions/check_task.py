"""Try a mapping on the source before anything is brought in: what would fail, how often (P2-06)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Final

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.errors import RongshuError
from rongshu.intake.actions.admit_articles import gate_defaults
from rongshu.intake.actions.keep_records import REPEATED
from rongshu.intake.actions.read_records import prefix_of
from rongshu.intake.mapping import CheckReport, MappedRecord, Problem, apply_mapping, read_field_mapping
from rongshu.intake.models import IntakeArticle, IntakeTask
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.records import record_of
from rongshu.intake.sources import SourceRecord, open_source
from rongshu.library.queries.schemas import schema_of
from rongshu.library.queries.trial import complaints_about

_PLACES: Final = {"Title": "title", "SubTitle": "subtitle", "ContentSource": "source", "Author": "author"}


def check_task(
    *,
    actor: Person,
    task: IntakeTask,
    most: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CheckReport:
    """Return what the gate would refuse of the source's records, at most `most` of them; nothing is written.

    Files are not fetched. Raise `SourceAway`, `SettingsMalformed`, `MappingMalformed`.
    """
    trial, report = _Trial(actor, task), CheckReport()
    with open_source(task.kind, task.settings, allow_hosts=task.allowed_hosts) as source:
        expected = source.count()
        for one in islice(source.records(), most):
            mapped, problems = trial.of(one)
            report.note(mapped, problems)
            if progress is not None:
                progress(report.records, expected - report.records if expected else -1)
    report.is_whole = expected is None or report.records >= expected
    return report


class _Trial:
    """The mapping of a task and the gate's validators, over one record after the other."""

    def __init__(self, actor: Person, task: IntakeTask) -> None:
        self._viewer, self._task = viewer_for(actor), task
        require(may_run_intake(self._viewer, task.site))
        self._mapping = read_field_mapping(task.mapping)
        self._names = {rule.name: rule.name_cn for rule in schema_of(self._mapping.type_code).fields}
        self._defaults = gate_defaults(task.site)
        self._seen: set[str] = set()

    def of(self, one: SourceRecord) -> tuple[MappedRecord, list[Problem]]:
        """Return what a record says here and everything that would keep it out."""
        mapped = apply_mapping(self._mapping, one, prefix=prefix_of(self._task))
        problems = list(mapped.problems)
        if mapped.extracted and not mapped.is_skipped:
            record = record_of(_article(mapped), owner=self._task.site.sponsor, folder=Path())
            refusals = complaints_about(self._viewer, record, defaults=self._defaults)
            told = {problem.element for problem in problems}
            problems += [_problem(one, self._names, mapped) for one in refusals if not told & set(one.fields)]
        if one.key in self._seen:
            problems.append(Problem("", "", REPEATED, "主键与前面的记录重复。", one.key))
        self._seen.add(one.key)
        return mapped, problems


def _article(mapped: MappedRecord) -> IntakeArticle:
    """Return the article as a run would keep it; its files are taken for present, they are not fetched."""
    files = [
        {"name": one.name, "url": one.url, "role": one.role, "alt": one.alt, "sha256": "0" * 64, "size": 1}
        for one in mapped.files
    ]
    return IntakeArticle(
        url=mapped.url, column_paths=[mapped.column_path], extracted=mapped.extracted, files=files
    )


def _problem(refusal: RongshuError, names: dict[str, str], mapped: MappedRecord) -> Problem:
    element = next(iter(refusal.fields), "")
    own = mapped.extracted["record"]
    value = mapped.extracted.get(_PLACES.get(element, ""), own.get("elements", {}).get(element, ""))
    return Problem(element, names.get(element, element), refusal.code, refusal.message, str(value or "")[:60])
