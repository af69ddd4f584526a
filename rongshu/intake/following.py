"""A later look at a source: reads what is new or has changed since, notes what is gone, skips the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from asgiref.sync import async_to_sync, sync_to_async
from django.db import transaction

from rongshu.intake.actions.keep_found import (
    FoundArticle,
    keep_met,
    keep_refusals,
    keep_visits,
    read_digest,
    row_of,
)
from rongshu.intake.collecting import (
    FRONTIER_FIELDS,
    STEP,
    Progress,
    files_folder,
    gathered,
    next_position,
    opened,
    with_files,
)
from rongshu.intake.crawling import (
    CrawledArticle,
    Crawler,
    FetchRefused,
    KnownFile,
    Politeness,
    Queued,
    Refusal,
    VisitKind,
)
from rongshu.intake.crawling.errors import NotModified
from rongshu.intake.errors import SourceSilent
from rongshu.intake.frontier import Notes, RunFrontier, key_of
from rongshu.intake.known_files import KnownFiles, known_files
from rongshu.intake.models import IntakeArticle, IntakeRun
from rongshu.intake.queries.chain import runs_in_chain
from rongshu.intake.queries.proof import GONE_AT_SOURCE
from rongshu.intake.reading import Readers
from rongshu.intake.remembering import PageState, Remembering
from rongshu.intake.saved_pages import keep_pages

_GONE: Final = "旧站已不再给出这一页，请确认是否撤稿；本平台没有改动。"
_PASSING: Final = frozenset({"server-error", "timed-out", "fetch-failed"})
_MAY_COME_YET: Final = _PASSING | {
    "http-error", "redirect-loop", "out-of-scope", "robots-disallowed", "address-not-allowed", "run-full",
    GONE_AT_SOURCE,
}  # fmt: skip
"""Why a page that others link to was not read, where it may well be read at a later look."""

_SILENCE: Final = 25

Begin = Callable[[], IntakeRun]


@dataclass
class Known:
    """What the chain knows: how each page was, which article it gave, and what that became."""

    states: dict[str, PageState] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    resources: dict[str, UUID] = field(default_factory=dict)
    files: dict[str, list[KnownFile]] = field(default_factory=dict)
    queue: list[tuple[Queued, bool]] = field(default_factory=list)


def look_again(
    root: IntakeRun, pass_: IntakeRun | None, *, begin: Begin, politeness: Politeness, progress: Progress
) -> IntakeRun | None:
    """Read what has changed since; return the pass that holds it, None where nothing has.

    `begin` makes the pass when the first thing is found. Cut off, it looks at everything again and doubles
    nothing. Raise `SourceSilent` when the source does not answer.
    """
    return async_to_sync(_look)(root, pass_, begin, politeness, progress)


async def _look(
    root: IntakeRun, pass_: IntakeRun | None, begin: Begin, politeness: Politeness, progress: Progress
) -> IntakeRun | None:
    known = await sync_to_async(_known)(root)
    frontier = RunFrontier(known.queue)
    async with opened(root.source, root.allowed_hosts, politeness) as reached:
        await _require_answer(reached, root)
        source = Remembering(reached, known.states, KnownFiles(reached, known.files))
        step = _Step(root, frontier, known, source, progress)
        step.run, step.begin = pass_, begin
        with Readers() as readers:
            crawler = Crawler(source, frontier=frontier, at_once=politeness.at_once, executor=readers)
            async with aclosing(crawler.crawl()) as results:
                async for result in results:
                    await step.take(result)
                    if frontier.silence >= _SILENCE:
                        await step.keep()
                        await _require_answer(reached, root)
                        frontier.silence = 0
        for visit in frontier.give_up():
            await step.take(Refusal(visit.url, visit.code or "", visit.reason or ""))
        await step.keep()
    return step.run


async def _require_answer(source: Any, root: IntakeRun) -> None:
    try:
        await source.fetch((await source.start_urls())[0])
    except FetchRefused as refused:
        raise SourceSilent(
            f"来源网站没有响应（{refused.message}）本次同步没有完成，"
            f"请稍后再试 rongshu intake follow {root.id}。"
        ) from refused


class _Step:
    """What was found since the last transaction; the pass is made when there is something for it."""

    def __init__(
        self,
        root: IntakeRun,
        frontier: RunFrontier,
        known: Known,
        source: Remembering,
        progress: Progress,
    ) -> None:
        self.root = root
        self.run: IntakeRun | None = None
        self.begin: Begin = lambda: root
        self.frontier, self.known, self.source, self.progress = frontier, known, source, progress
        self.articles: list[asyncio.Task[FoundArticle]] = []
        self.refusals: list[Refusal] = []
        self.position, self.looked_at = 0, 0

    async def take(self, result: object) -> None:
        """Sort out a result of the crawler: new and changed articles, what is gone, what is refused anew."""
        self.looked_at += 1
        if isinstance(result, CrawledArticle):
            await self._take_article(result)
        elif isinstance(result, Refusal) and not self.frontier.is_set_aside(result.url):
            self._take_refusal(result)
        if len(self.articles) + len(self.refusals) >= STEP or self.looked_at >= 10 * STEP:
            await self.keep()

    async def _take_article(self, found: CrawledArticle) -> None:
        key = key_of(found.url)
        is_same = self.known.digests.get(key) == await asyncio.to_thread(read_digest, found.article.as_kept())
        was_gone = self.known.kinds.get(key) == VisitKind.REFUSED.value
        if is_same and not was_gone and not await self.source.files.have_changed(key):
            return
        run = await self._pass()
        wanted = with_files(self.position, found, self.source, await sync_to_async(files_folder)(run))
        self.articles.append(asyncio.create_task(wanted))
        self.position += 1

    def _take_refusal(self, refusal: Refusal) -> None:
        key = key_of(refusal.url)
        kind = self.known.kinds.get(key)
        if refusal.code == NotModified.code:
            return
        if kind == VisitKind.ARTICLE.value and refusal.code not in _PASSING:
            self.refusals.append(Refusal(refusal.url, GONE_AT_SOURCE, _GONE))
        elif not kind:
            self.refusals.append(refusal)

    async def _pass(self) -> IntakeRun:
        if self.run is None:
            self.run = await sync_to_async(self.begin)()
            self.position = 0
        elif not self.position:
            self.position = await sync_to_async(next_position)(self.run)
        return self.run

    async def keep(self) -> None:
        """Write everything since the last step, whole."""
        if self.refusals:
            await self._pass()
        articles = await gathered(self.articles)
        refusals, self.articles, self.refusals, self.looked_at = self.refusals, [], [], 0
        await sync_to_async(self._write)(articles, refusals)

    def _write(self, articles: Sequence[FoundArticle], refusals: Sequence[Refusal]) -> None:
        notes = self._notes()
        states = self.source.taken(list(notes.visits))
        rows: list[IntakeArticle] = []
        if self.run is not None:
            keep_pages(self.run, [one.crawled for one in articles])
            rows = [self._row(self.run, found) for found in articles]
        with transaction.atomic():
            keep_met(self.root, notes)
            keep_visits(self.root, notes, states)
            if self.run is not None:
                IntakeArticle.objects.bulk_create(rows, ignore_conflicts=True)
                keep_refusals(self.run, refusals)
        self.progress(self.position, self.frontier.waiting)

    def _row(self, run: IntakeRun, found: FoundArticle) -> IntakeArticle:
        row = row_of(run, found)
        row.revises_id = self.known.resources.get(row.key)
        row.files = self.source.files.kept_instead(row.key, row.files, files_folder(run))
        return row

    def _notes(self) -> Notes:
        """Leave out what stays as it was: unchanged pages, and known ones that had no answer this time."""
        notes = self.frontier.take_notes()
        for key, visit in list(notes.visits.items()):
            if visit.kind is not VisitKind.REFUSED:
                continue
            if visit.code == NotModified.code or (self.known.kinds.get(key) and visit.code in _PASSING):
                del notes.visits[key]
        return notes


_READ_AGAIN: Final = frozenset({"", VisitKind.PAGE.value, VisitKind.ARTICLE.value})


def _known(root: IntakeRun) -> Known:
    known = Known()
    fields = ("key", "kind", *FRONTIER_FIELDS, "etag", "last_modified", "digest", "beside")
    chain = runs_in_chain(root)
    refused = {key for one in chain for key in _refused_for_now(one)}
    for key, kind, *rest in root.addresses.order_by("id").values_list(*fields).iterator():
        queued, state = rest[: len(FRONTIER_FIELDS)], rest[len(FRONTIER_FIELDS) :]
        was_read = bool(state[2])
        known.kinds[key] = kind
        is_asked_again = kind in _READ_AGAIN or was_read or key in refused
        item = Queued(*queued)
        # A guess that led nowhere (a second page of a list that had one) may be made again, and be right.
        if is_asked_again or not (item.guessed and kind == VisitKind.REFUSED.value):
            known.queue.append((item, not is_asked_again))
        # What is gone is asked for whole: should it come back, it is read.
        if was_read and kind in _READ_AGAIN:
            known.states[key] = PageState(*state)
    known.files = known_files(chain)
    for one in chain:
        rows = one.articles.order_by("position").values_list("key", "read_digest", "outcome", "resource_id")
        for key, digest, outcome, resource_id in rows.iterator():
            known.digests[key] = digest
            if outcome == IntakeArticle.Outcome.STORED and resource_id:
                known.resources[key] = resource_id
    return known


def _refused_for_now(run: IntakeRun) -> list[str]:
    return list(run.refusals.filter(code__in=_MAY_COME_YET).values_list("key", flat=True))
