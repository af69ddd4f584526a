"""The test report of a migration: everything counted and compared again, with what was found (P1-08)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from rongshu.foundation import clock
from rongshu.intake.columns import SEPARATOR, clean_crumbs
from rongshu.intake.models import IntakeArticle, IntakeRun
from rongshu.intake.queries.answers import OldAnswer, answers_to_urls
from rongshu.intake.queries.chain import Standing, known_urls, loaded, runs_in_chain, standing_of
from rongshu.intake.queries.comparing import Comparison, FileCount
from rongshu.intake.queries.signatures import signatures_under
from rongshu.library.models import ApprovalBatch
from rongshu.sites.models import Placement

BLOCKING, NOTE = "blocking", "note"
_SAMPLES: Final = 10
GONE_AT_SOURCE: Final = "gone-at-source"


@dataclass(frozen=True)
class Finding:
    """Something the test found; a blocking one keeps the migration from being switched."""

    level: str
    code: str
    count: int
    message: str
    samples: list[Any]

    def as_dict(self) -> dict[str, Any]:
        """As the report lists it."""
        return {
            "level": self.level,
            "code": self.code,
            "count": self.count,
            "message": self.message,
            "samples": self.samples[:_SAMPLES],
        }


def proof_of(run: IntakeRun) -> dict[str, Any]:
    """Return the test report of a run and the later looks at its source, as JSON. Reads everything again."""
    standing = standing_of(run)
    comparison, rows = Comparison(), _Rows()
    for articles in loaded(list(standing.stored.values())):
        comparison.add(articles)
        rows.add(articles)
    for articles in loaded(list(standing.duplicates.values())):
        rows.add(articles)
    answers = _Answers.over(run)
    pages = _pages(run, rows)
    findings = [*_counted(standing, comparison), *_compared(comparison), *_answered(answers)]
    findings += [*_shown(pages), *_waiting(run, standing)]
    return {
        "run": str(run.id),
        "source": run.source,
        "site": run.site.slug,
        "site_name": run.site.name,
        "at": timezone.localtime(clock.now()).isoformat(timespec="seconds"),
        "is_clean": not any(one.level == BLOCKING for one in findings),
        "counts": {
            "source_count": standing.source_count,
            "stored": len(standing.stored),
            "duplicates": len(standing.duplicates),
            "refused": len(standing.refused),
            "passes": len(runs_in_chain(run)) - 1,
        },
        "refused": _reasons(standing),
        "columns": rows.by_column(run),
        "texts": {"compared": comparison.texts, "same": comparison.same_texts},
        "attachments": _files(comparison.files["attachment"]),
        "images": _files(comparison.files["image"]),
        "addresses": dict(answers.counts),
        "pages": {"expected": pages.expected, "present": pages.expected - len(pages.missing)},
        "approval": [signatures_under(one) for one in runs_in_chain(run)],
        "findings": [one.as_dict() for one in findings],
    }


class _Rows:
    """Articles by their old column, and the resources they became."""

    def __init__(self) -> None:
        self.columns: dict[str, Counter[str]] = defaultdict(Counter)
        self.resources: dict[UUID, IntakeArticle.Outcome] = {}
        self._resource_of_column: dict[str, set[UUID]] = defaultdict(set)

    def add(self, articles: list[IntakeArticle]) -> None:
        for article in articles:
            name = SEPARATOR.join(clean_crumbs((article.column_paths or [[]])[0]))
            self.columns[name][article.outcome] += 1
            if article.resource_id is not None:
                self._resource_of_column[name].add(article.resource_id)
                if article.outcome == IntakeArticle.Outcome.STORED:
                    self.resources[article.resource_id] = IntakeArticle.Outcome.STORED

    def by_column(self, run: IntakeRun) -> list[dict[str, Any]]:
        """List the old columns with what became of them, and the new ones their articles stand in."""
        columns = _columns_of(run, set().union(*self._resource_of_column.values()))
        return [
            {
                "old": name,
                "stored": counts[IntakeArticle.Outcome.STORED],
                "duplicates": counts[IntakeArticle.Outcome.DUPLICATE],
                "new": _most(Counter(path for pk in self._resource_of_column[name] for path in columns[pk])),
            }
            for name, counts in sorted(self.columns.items(), key=lambda pair: -pair[1].total())
        ]


def _columns_of(run: IntakeRun, resources: set[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    placed = Placement.objects.filter(site=run.site_id).exclude(state=Placement.State.REMOVED)
    for resource_id, path in placed.values_list("resource_id", "column__path").iterator():
        if resource_id in resources:
            found[resource_id].append(path)
    return found


def _most(paths: Counter[str]) -> list[str]:
    return [path for path, _ in paths.most_common(3)]


@dataclass(frozen=True)
class _Answers:
    """How the known old addresses are answered after the switch."""

    counts: Counter[str]
    unmapped: list[str]

    @classmethod
    def over(cls, run: IntakeRun) -> _Answers:
        answers = list(_unmapped_and_counts(answers_to_urls(known_urls(run))))
        counts = Counter(kind for kind, _ in answers)
        return cls(counts, [url for kind, url in answers if kind == "unmapped"])


def _unmapped_and_counts(answers: Iterator[OldAnswer]) -> Iterator[tuple[str, str]]:
    for one in answers:
        yield one.kind, f"{one.host}{one.request_uri}" if one.kind == "unmapped" else ""


@dataclass(frozen=True)
class _Pages:
    """Pages that readers should find on the new site, those missing, and what is held back from them."""

    expected: int
    missing: list[str]
    held: list[str]


def _pages(run: IntakeRun, rows: _Rows) -> _Pages:
    placed = Placement.objects.filter(site=run.site_id, state=Placement.State.SHOWING)
    values = placed.values_list("resource_id", "resource__address", "resource__effective_version_id")
    folder = Path(settings.PUBLISHED_FOLDER) / run.site.slug
    shown: dict[UUID, str] = {}
    for resource_id, address, version_id in values.iterator():
        if resource_id in rows.resources and version_id and address:
            shown[resource_id] = f"/a/{address}.html"
    missing = [path for path in shown.values() if not (folder / path.lstrip("/")).is_file()]
    held = [str(pk) for pk in rows.resources if pk not in shown]
    return _Pages(len(shown), missing, held)


def _files(count: FileCount) -> dict[str, Any]:
    return {
        "named": count.named,
        "fetched": count.fetched,
        "kept": count.kept,
        "intact": count.intact,
        "not_had": count.not_had,
    }


def _reasons(standing: Standing) -> list[dict[str, Any]]:
    codes = Counter(code for _, code, _ in standing.refused.values())
    samples = {code: (url, reason) for url, code, reason in reversed(standing.refused.values())}
    return [
        {"code": code, "count": count, "reason": samples[code][1], "sample": samples[code][0]}
        for code, count in codes.most_common()
    ]


def _counted(standing: Standing, comparison: Comparison) -> Iterator[Finding]:
    if not standing.stored and not standing.duplicates:
        yield Finding(BLOCKING, "nothing-taken-over", 0, "没有迁入任何文章。", [])
    if comparison.absent:
        yield Finding(
            BLOCKING,
            "version-absent",
            len(comparison.absent),
            "报告为已入库的文章在资源库中找不到。",
            comparison.absent,
        )
    gone = [url for url, code, _ in standing.outdated.values() if code == GONE_AT_SOURCE]
    if gone:
        yield Finding(NOTE, GONE_AT_SOURCE, len(gone), "旧站已撤下的文章，请人工确认是否撤稿。", gone)
    behind = [list(row) for row in standing.outdated.values() if row[1] != GONE_AT_SOURCE]
    if behind:
        yield Finding(NOTE, "change-not-brought", len(behind), "旧站已修改、没有带过来的文章。", behind)
    if standing.refused:
        rows = [list(row) for row in standing.refused.values()]
        yield Finding(NOTE, "refused", len(rows), "没有迁入的网址，逐条列有原因，请核对。", rows)


def _compared(comparison: Comparison) -> Iterator[Finding]:
    if comparison.differing:
        yield Finding(
            BLOCKING,
            "text-differs",
            len(comparison.differing),
            "入库正文与旧站正文不一致。",
            comparison.differing,
        )
    for role, label in (("attachment", "附件"), ("image", "图片")):
        count = comparison.files[role]
        if count.lost:
            yield Finding(
                BLOCKING, f"{role}-lost", len(count.lost), f"{label}取到了而没有完整保存。", count.lost
            )
        if count.not_had:
            message = f"{label}没有迁入，逐个列有原因，请核对。"
            yield Finding(NOTE, f"{role}-not-had", len(count.not_had), message, count.not_had)


def _answered(answers: _Answers) -> Iterator[Finding]:
    if answers.unmapped:
        yield Finding(
            BLOCKING, "address-unmapped", len(answers.unmapped), "旧网址没有去向。", answers.unmapped
        )


def _shown(pages: _Pages) -> Iterator[Finding]:
    if pages.missing:
        yield Finding(BLOCKING, "page-missing", len(pages.missing), "页面没有生成。", pages.missing)
    if pages.held:
        message = "入库而没有公开的文章：有严重检查结果、与已有内容近似或栏目另需审核，逐篇办理。"
        yield Finding(NOTE, "held-back", len(pages.held), message, pages.held)


def _waiting(run: IntakeRun, standing: Standing) -> Iterator[Finding]:
    open_batches = (ApprovalBatch.Status.WAITING, ApprovalBatch.Status.REJECTED)
    waiting = [str(one.pk) for one in runs_in_chain(run) if one.batch and one.batch.status in open_batches]
    if waiting and standing.stored:
        yield Finding(
            NOTE, "batch-not-approved", len(waiting), "批次待审批或已退回，其中的内容没有公开。", waiting
        )
    doubtful = IntakeArticle.objects.filter(run__in=runs_in_chain(run), review="open").count()
    if doubtful:
        yield Finding(NOTE, "to-review", doubtful, "提取把握较低、还没有人复核的文章。", [])
