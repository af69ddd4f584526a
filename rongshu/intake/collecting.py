"""The first phase: read the source, extract its articles and fetch their files."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.db.models import Max

from rongshu.intake.actions.keep_found import FoundArticle, keep_found
from rongshu.intake.crawling import (
    CrawledArticle,
    Crawler,
    Fetcher,
    FetchRefused,
    FolderSource,
    FoundAlias,
    Politeness,
    Queued,
    Refusal,
    SiteSource,
    Source,
    WarcSource,
    holds_archives,
    lies_here,
)
from rongshu.intake.errors import SourceNotReadable, SourceSilent
from rongshu.intake.extraction.addresses import file_name
from rongshu.intake.frontier import RunFrontier
from rongshu.intake.models import IntakeRun
from rongshu.intake.reading import Readers
from rongshu.intake.remembering import Remembering
from rongshu.intake.saved_pages import keep_pages

STEP: Final = 50
"""Articles kept in one transaction, and at most lost to a kill and read again."""

FRONTIER_FIELDS: Final = ("url", "found_on", "is_guess", "label", "listed_on")
"""What is kept of an address that was met, in the order of `Queued`."""

_SILENCE: Final = 25
"""Addresses without an answer, one after the other, before the source is asked whether it is there."""

Progress = Callable[[int, int], None]


def collect(run: IntakeRun, *, politeness: Politeness, progress: Progress) -> None:
    """Read everything the source still has; `progress` is told articles found and addresses waiting.

    Raise `SourceSilent` when the source does not answer any more; the run may be taken up again.
    """
    async_to_sync(_collect)(run, politeness, progress)


def files_folder(run: IntakeRun) -> Path:
    """Return the folder that keeps the fetched files of a run until they are in the library."""
    folder = Path(settings.DATA_FOLDER) / "intake" / str(run.id)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def fetch_files(run: IntakeRun, wanted: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fetch files that came to light after the source was read; what can't be had has its reason."""
    folder = files_folder(run)
    async with opened(run.source, run.allowed_hosts, Politeness()) as source:
        return [await _fetched(source, item, folder) for item in wanted]


async def gathered(tasks: Sequence[asyncio.Task[FoundArticle]]) -> list[FoundArticle]:
    """Wait for all of them; where one fails, or the wait is cancelled, none goes on by itself."""
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        raise


async def _collect(run: IntakeRun, politeness: Politeness, progress: Progress) -> None:
    frontier = await sync_to_async(_frontier)(run)
    step = _Step(run, frontier, progress, await sync_to_async(next_position)(run))
    async with opened(run.source, run.allowed_hosts, politeness) as reached:
        step.source = source = Remembering(reached)
        with Readers() as readers:
            crawler = Crawler(source, frontier=frontier, at_once=politeness.at_once, executor=readers)
            async with aclosing(crawler.crawl()) as results:
                async for result in results:
                    await step.take(result, source)
                    if frontier.silence >= _SILENCE:
                        await _require_answer(reached, frontier, step)
        if frontier.hopeless:
            await _require_answer(reached, frontier, step)
            step.refusals += [
                Refusal(visit.url, visit.code or "", visit.reason or "") for visit in frontier.give_up()
            ]
        await step.keep()


async def _require_answer(source: Source, frontier: RunFrontier, step: _Step) -> None:
    """Ask for the first page: where that has no answer either, the source is away and not its pages."""
    try:
        await source.fetch((await source.start_urls())[0])
    except FetchRefused as refused:
        await step.keep()
        raise SourceSilent(
            f"来源网站没有响应（{refused.message}）任务已暂停，已采集的内容保留；"
            f"请稍后用 rongshu intake run --resume {step.run.id} 继续。"
        ) from refused
    frontier.silence = 0


class _Step:
    """What was met since the last transaction; files are fetched while the crawl goes on."""

    def __init__(self, run: IntakeRun, frontier: RunFrontier, progress: Progress, position: int) -> None:
        self.run, self.frontier, self.progress = run, frontier, progress
        self.position = position
        self.folder = files_folder(run)
        self.articles: list[asyncio.Task[FoundArticle]] = []
        self.refusals: list[Refusal] = []
        self.source: Remembering | None = None

    async def take(self, result: CrawledArticle | FoundAlias | Refusal, source: Source) -> None:
        if isinstance(result, Refusal) and not self.frontier.is_set_aside(result.url):
            self.refusals.append(result)
        elif isinstance(result, CrawledArticle):
            found = with_files(self.position, result, source, self.folder)
            self.articles.append(asyncio.create_task(found))
            self.position += 1
        if len(self.articles) + len(self.refusals) >= STEP:
            await self.keep()

    async def keep(self) -> None:
        """Write everything since the last step, whole."""
        articles = await gathered(self.articles)
        refusals, self.articles, self.refusals = self.refusals, [], []
        await sync_to_async(self._write)(articles, refusals)

    def _write(self, articles: list[FoundArticle], refusals: list[Refusal]) -> None:
        keep_pages(self.run, [one.crawled for one in articles])
        notes = self.frontier.take_notes()
        states = self.source.taken(list(notes.visits)) if self.source else {}
        keep_found(run=self.run, articles=articles, refusals=refusals, notes=notes, states=states)
        self._keep_encodings()
        self.progress(self.position, self.frontier.waiting)

    def _keep_encodings(self) -> None:
        if self.source is not None and self.source.encodings:
            self.run.encodings = dict(Counter(self.run.encodings) + self.source.encodings)
            self.source.encodings.clear()
            self.run.save(update_fields=["encodings"])


def next_position(run: IntakeRun) -> int:
    """Return the place in the order of finding that the run's next article takes."""
    last: int | None = run.articles.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _frontier(run: IntakeRun) -> RunFrontier:
    rows = run.addresses.order_by("id").values_list(*FRONTIER_FIELDS, "kind")
    return RunFrontier((Queued(*queued), bool(kind)) for *queued, kind in rows.iterator())


@asynccontextmanager
async def opened(name: str, allowed_hosts: Sequence[str], politeness: Politeness) -> AsyncIterator[Source]:
    """Open a source: the address of a site, a folder of saved pages, or web archives."""
    parts = urlsplit(name)
    if parts.scheme in {"http", "https"} and parts.hostname:
        async with Fetcher(politeness=politeness, allow_hosts=allowed_hosts) as fetcher:
            yield SiteSource(fetcher, [name])
        return
    path = Path(name)
    if not lies_here(path):
        raise SourceNotReadable
    yield WarcSource(path) if holds_archives(path) else FolderSource(path)


async def with_files(position: int, found: CrawledArticle, source: Source, folder: Path) -> FoundArticle:
    """Fetch attachments and images of an article; what can't be had stays listed with its reason."""
    wanted = files_wanted(found.article.as_kept())
    files = await asyncio.gather(*(_fetched(source, item, folder) for item in wanted))
    return FoundArticle(position, found, list(files))


def files_wanted(extracted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the attachments and pictures an article speaks of, as they are to be fetched."""
    wanted = [
        {"name": one["name"], "url": one["url"], "role": "attachment"} for one in extracted["attachments"]
    ]
    return wanted + [
        {"name": "", "alt": one["alt"], "url": one["url"], "role": "image"} for one in extracted["images"]
    ]


async def _fetched(source: Source, item: dict[str, Any], folder: Path) -> dict[str, Any]:
    try:
        file = await source.fetch_file(item["url"], folder)
    except FetchRefused as refused:
        return {**item, "code": refused.code, "reason": refused.message}
    file.path.replace(folder / file.sha256)
    # A name that only repeats the address (down.jsp) says less than the server's.
    is_named = item["name"] and item["name"] != file_name(item["url"])
    name = item["name"] if is_named else file.name
    kept = {**item, "name": name, "sha256": file.sha256, "size": file.size}
    return {**kept, "validators": dict(file.validators)} if file.validators else kept
