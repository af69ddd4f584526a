"""The first phase: read the source, extract its articles and fetch their files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings

from rongshu.intake.actions.keep_found import FoundArticle, keep_found
from rongshu.intake.crawling import (
    CrawledArticle,
    Crawler,
    Fetcher,
    FetchRefused,
    FolderSource,
    Politeness,
    Queued,
    Refusal,
    SiteSource,
    Source,
)
from rongshu.intake.errors import SourceNotReadable
from rongshu.intake.frontier import RunFrontier
from rongshu.intake.models import IntakeRun

STEP: Final = 40
"""Articles kept in one transaction, and at most lost to a kill and read again."""

Progress = Callable[[int, int], None]


def collect(run: IntakeRun, *, politeness: Politeness, progress: Progress) -> None:
    """Read everything the source still has; `progress` is told articles found and addresses waiting."""
    async_to_sync(_collect)(run, politeness, progress)


def files_folder(run: IntakeRun) -> Path:
    """Return the folder that keeps the fetched files of a run until they are in the library."""
    folder = Path(settings.DATA_FOLDER) / "intake" / str(run.id)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def _collect(run: IntakeRun, politeness: Politeness, progress: Progress) -> None:
    frontier = await sync_to_async(_frontier)(run)
    position = await sync_to_async(run.articles.count)()
    folder = files_folder(run)
    articles: list[FoundArticle] = []
    refusals: list[Refusal] = []
    async with _source(run, politeness) as source:
        crawler = Crawler(source, frontier=frontier, at_once=politeness.at_once)
        async for result in crawler.crawl():
            if isinstance(result, Refusal):
                refusals.append(result)
            elif isinstance(result, CrawledArticle):
                articles.append(FoundArticle(position, result, await _files(source, result, folder)))
                position += 1
            if len(articles) + len(refusals) >= STEP:
                await sync_to_async(keep_found)(
                    run=run, articles=articles, refusals=refusals, notes=frontier.take_notes()
                )
                articles, refusals = [], []
                progress(position, frontier.waiting)
    await sync_to_async(keep_found)(
        run=run, articles=articles, refusals=refusals, notes=frontier.take_notes()
    )
    progress(position, 0)


def _frontier(run: IntakeRun) -> RunFrontier:
    rows = run.addresses.order_by("id").values_list("url", "found_on", "is_guess", "kind")
    return RunFrontier(
        (Queued(url, found_on, guessed=is_guess), bool(kind))
        for url, found_on, is_guess, kind in rows.iterator()
    )


@asynccontextmanager
async def _source(run: IntakeRun, politeness: Politeness) -> AsyncIterator[Source]:
    parts = urlsplit(run.source)
    if parts.scheme in {"http", "https"} and parts.hostname:
        async with Fetcher(politeness=politeness, allow_hosts=run.allowed_hosts) as fetcher:
            yield SiteSource(fetcher, [run.source])
        return
    folder = Path(run.source)
    if not folder.is_dir():
        raise SourceNotReadable
    yield FolderSource(folder)


async def _files(source: Source, found: CrawledArticle, folder: Path) -> list[dict[str, Any]]:
    """Fetch attachments and images of an article; what can't be had stays listed with its reason."""
    article = found.article
    wanted = [{"name": item.name, "url": item.url, "role": "attachment"} for item in article.attachments]
    wanted += [{"name": "", "alt": item.alt, "url": item.url, "role": "image"} for item in article.images]
    return list(await asyncio.gather(*(_fetched(source, item, folder) for item in wanted)))


async def _fetched(source: Source, item: dict[str, Any], folder: Path) -> dict[str, Any]:
    try:
        file = await source.fetch_file(item["url"], folder)
    except FetchRefused as refused:
        return {**item, "code": refused.code, "reason": refused.message}
    file.path.replace(folder / file.sha256)
    return {**item, "name": item["name"] or file.name, "sha256": file.sha256, "size": file.size}
