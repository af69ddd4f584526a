"""The pages a run's articles were read from: kept beside the run, shown to reviewers, read again by rules."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from rongshu.intake.crawling import (
    CrawledArticle,
    SavedPage,
    joined,
    read_saved,
    without_sessions,
    write_saved,
)
from rongshu.intake.extraction import PageReading, TemplateRules, read_page
from rongshu.intake.frontier import key_of
from rongshu.intake.models import IntakeRun


@dataclass(frozen=True, slots=True)
class Reread:
    """An article read again from its saved pages."""

    extracted: dict[str, Any]
    shape: str
    anchors: dict[str, tuple[str, str]]


def keep_pages(run: IntakeRun, articles: Iterable[CrawledArticle]) -> None:
    """Keep what each article was read from; done again, it is replaced."""
    for one in articles:
        if one.saved:
            write_saved(path_of_page(run.pk, key_of(one.url)), one.saved)


def path_of_page(run_id: UUID, key: str) -> Path:
    """Return the file that keeps an article's pages."""
    return Path(settings.DATA_FOLDER) / "intake-pages" / str(run_id) / key[:2] / f"{key}.gz"


def forget_pages(run_id: UUID) -> None:
    """Remove the saved pages of a run."""
    shutil.rmtree(Path(settings.DATA_FOLDER) / "intake-pages" / str(run_id), ignore_errors=True)


def saved_pages(run_id: UUID, key: str) -> list[SavedPage]:
    """Return an article's pages as the old server sent them; raise `NotSaved` where they are gone."""
    return read_saved(path_of_page(run_id, key))


def read_again(path: Path, rules: TemplateRules, announced: str = "") -> Reread | None:
    """Read an article again by the rules of its template; None where the rules find no article.

    Raise `NotSaved` or `PageRefused`. No database: this may be called in another process.
    """
    pages = read_saved(path)
    head, frames = pages[0], {one.url: one.content for one in pages if one.role == "frame"}
    scripts = "\n".join(one.content.decode("utf-8", "replace") for one in pages if one.role == "script")
    reading = _reading(head, rules, frames, scripts, announced)
    if reading.article is None:
        return None
    parts = [_reading(one, rules, {}).article for one in pages if one.role == "part"]
    whole = without_sessions(joined(reading.article, [part for part in parts if part is not None]))
    return Reread(whole.as_kept(), reading.shape, dict(reading.anchors))


def _reading(
    page: SavedPage,
    rules: TemplateRules,
    frames: dict[str, bytes],
    scripts: str = "",
    announced: str = "",
) -> PageReading:
    return read_page(
        page.content,
        url=page.url,
        declared_charset=page.charset,
        embedded=frames or None,
        scripts=scripts,
        rules=rules,
        announced=announced,
    )
