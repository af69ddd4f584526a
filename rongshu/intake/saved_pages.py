"""The pages a run's articles were read from: kept beside the run, shown to reviewers."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings

from rongshu.intake.crawling import CrawledArticle, SavedPage, read_saved, write_saved
from rongshu.intake.frontier import key_of
from rongshu.intake.models import IntakeRun


def keep_pages(run: IntakeRun, articles: Iterable[CrawledArticle]) -> None:
    """Keep what each article was read from; done again, it is replaced."""
    for one in articles:
        if one.saved:
            write_saved(path_of_page(run.pk, key_of(one.url)), one.saved)


def path_of_page(run_id: UUID, key: str) -> Path:
    """Return the file that keeps an article's pages."""
    return Path(settings.DATA_FOLDER) / "intake-pages" / str(run_id) / key[:2] / f"{key}.gz"


def keep_pages_for(run_id: UUID, key: str, *, of_run: UUID) -> None:
    """Keep what an article was read from beside another run, too: a pass that corrects it."""
    source, target = path_of_page(of_run, key), path_of_page(run_id, key)
    if source.exists() and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def forget_pages(run_id: UUID) -> None:
    """Remove the saved pages of a run."""
    shutil.rmtree(Path(settings.DATA_FOLDER) / "intake-pages" / str(run_id), ignore_errors=True)


def saved_pages(run_id: UUID, key: str) -> list[SavedPage]:
    """Return an article's pages as the old server sent them; raise `NotSaved` where they are gone."""
    return read_saved(path_of_page(run_id, key))
