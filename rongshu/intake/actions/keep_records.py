"""Write what one step of reading records brought, in one transaction: each record once, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from rongshu.intake.frontier import key_of
from rongshu.intake.mapping import MappedRecord, Problem
from rongshu.intake.models import IntakeArticle, IntakeRefusal, TaskRow, TaskRun
from rongshu.intake.sources import SourceRecord, digest_of

_Outcome = IntakeArticle.Outcome
SKIPPED, REPEATED, FILES_MISSING = "record-skipped", "record-key-repeated", "record-files-missing"


@dataclass(slots=True)
class TakenRecord:
    """A record as read and as mapped, with what became of its files."""

    source: SourceRecord
    mapped: MappedRecord
    files: list[dict[str, Any]] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """What the record says here; a counter of visits at the source does not make it another one."""
        wanted = [[one.url, one.name, digest_of({"": one.content})] for one in self.mapped.files]
        return digest_of({"said": self.mapped.extracted, "url": self.mapped.url, "files": wanted})


def keep_records(*, reading: TaskRun, taken: Sequence[TakenRecord], rows: dict[str, TaskRow]) -> None:
    """Keep a step whole or not at all. `rows` are the rows of these keys as they were before."""
    step = _Step(reading, rows)
    for one in taken:
        step.take(one)
    with transaction.atomic():
        IntakeArticle.objects.bulk_create(step.articles.values(), ignore_conflicts=True)
        IntakeRefusal.objects.bulk_create(step.refusals, ignore_conflicts=True)
        step.link_articles()
        step.write_rows()
        TaskRun.objects.filter(pk=reading.pk).update(
            position=reading.position, read_count=reading.read_count, unchanged_count=reading.unchanged_count
        )


def is_unchanged(row: TaskRow | None, digest: str) -> bool:
    """Whether a record says what it said when it last came through."""
    if row is None or row.code or row.digest != digest:
        return False
    return row.article is None or row.article.outcome != _Outcome.REFUSED


class _Step:
    """Decides record by record what is written."""

    def __init__(self, reading: TaskRun, rows: dict[str, TaskRow]) -> None:
        self.reading, self.rows = reading, rows
        self.articles: dict[str, IntakeArticle] = {}
        self.refusals: list[IntakeRefusal] = []
        self.written: dict[str, TaskRow] = {}
        self.replaced: list[str] = []

    def take(self, one: TakenRecord) -> None:
        """Decide about one record."""
        self.reading.read_count += 1
        self.reading.position = one.source.position if not self.reading.is_retry else ""
        digest, key = one.digest, one.source.key
        row = self.written.get(key) or self.rows.get(key)
        if row is not None and self._met_already(row, one, digest):
            return
        if is_unchanged(row, digest) and row is not None:
            self.reading.unchanged_count += 1
            row.run, row.position = self.reading.run, one.source.position
            self.written[key] = row
            return
        self._write(one, digest, row)

    def _met_already(self, row: TaskRow, one: TakenRecord, digest: str) -> bool:
        """A second record of one key: of the same content it is the same one, otherwise it is told of."""
        if row.run_id != self.reading.run_id or row.position == one.source.position:
            return row.run_id == self.reading.run_id
        if row.digest != digest:
            reason = f"主键“{one.source.key}”与前面的记录重复而内容不同，未迁入；请在来源中改正。"
            self._refuse(one, f"{one.mapped.url}#{one.source.position}", REPEATED, reason)
        return True

    def _write(self, one: TakenRecord, digest: str, row: TaskRow | None) -> None:
        revised = row.article if row is not None else None
        row = row or TaskRow(task=self.reading.task, key=one.source.key)
        row.run, row.position, row.digest = self.reading.run, one.source.position, digest
        row.title = str(one.mapped.extracted.get("title") or "")[:200]
        row.code, row.reason = _failure(one)
        self.written[one.source.key] = row
        if one.source.listed_as in self.rows:
            self.replaced.append(one.source.listed_as)
        if one.mapped.is_skipped:
            self._refuse(one, one.mapped.url, SKIPPED, "映射的 skip 规定这条记录不迁移。")
        elif one.mapped.problems:
            self._refuse(one, one.mapped.url, row.code, row.reason)
        else:
            self.articles[one.source.key] = self._article(one, revised)

    def _article(self, one: TakenRecord, revised: IntakeArticle | None) -> IntakeArticle:
        stands = revised is not None and revised.outcome == _Outcome.STORED
        return IntakeArticle(
            run=self.reading.run,
            position=self.reading.read_count,
            url=one.mapped.url[:2000],
            key=key_of(one.mapped.url),
            other_urls=one.mapped.other_urls,
            column_paths=[one.mapped.column_path],
            extracted=one.mapped.extracted,
            files=one.files,
            revises_id=revised.resource_id if revised is not None and stands else None,
        )

    def _refuse(self, one: TakenRecord, url: str, code: str, reason: str) -> None:
        self.refusals.append(
            IntakeRefusal(
                run=self.reading.run, url=url[:2000], key=key_of(url), code=code, reason=reason[:500]
            )
        )

    def link_articles(self) -> None:
        """Give each row its article, whether this step or the one before a kill has written it."""
        keys = {article.key: key for key, article in self.articles.items()}
        for article in self.reading.run.articles.filter(key__in=keys).only("id", "key"):
            self.written[keys[article.key]].article = article

    def write_rows(self) -> None:
        """Write the rows, new and old; what was listed under its number only has a key now."""
        self.reading.task.rows.filter(key__in=self.replaced).delete()
        TaskRow.objects.bulk_create(
            self.written.values(),
            update_conflicts=True,
            unique_fields=["task", "key"],
            update_fields=["title", "digest", "position", "run", "article", "code", "reason"],
        )


def _failure(one: TakenRecord) -> tuple[str, str]:
    problems: list[Problem] = one.mapped.problems
    if problems:
        sentences = [f"{f'“{each.name_cn}”：' if each.name_cn else ''}{each.sentence}" for each in problems]
        return problems[0].code, "；".join(sentences)[:500]
    missing = [file for file in one.files if file.get("code")]
    if missing:
        named = "；".join(f"{file['name'] or file['url']}：{file['reason']}" for file in missing[:5])
        return FILES_MISSING, f"已迁入，但有 {len(missing)} 个附件或图片没有取到：{named}"[:500]
    return "", ""
