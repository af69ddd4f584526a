"""The files of articles as they were when they were brought: what has been replaced at the source since."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rongshu.foundation import storage
from rongshu.intake.crawling import FetchRefused, KnownFile, Source
from rongshu.intake.models import IntakeRun


class KnownFiles:
    """By the key of their page, the files of articles; what has changed is asked once for each page."""

    def __init__(self, source: Source, known: dict[str, list[KnownFile]]) -> None:
        self._source, self._known = source, known
        self._changed: dict[str, bool] = {}

    async def have_changed(self, key: str) -> bool:
        """Whether a file of the page is another one now, or can be had that could not.

        A file that its server does not give any more is no change: what was brought stays.
        """
        if key not in self._changed:
            self._changed[key] = await self._ask(self._known.get(key, ()))
        return self._changed[key]

    async def _ask(self, files: Sequence[KnownFile]) -> bool:
        for file in files:
            if await self._has_changed(file):
                return True
        return False

    async def _has_changed(self, known: KnownFile) -> bool:
        with tempfile.TemporaryDirectory(prefix="rongshu-intake-") as folder:
            try:
                found = await self._source.fetch_file(known.url, Path(folder), known=known)
            except FetchRefused:  # as it was, or not to be had
                return False
        return found.sha256 != known.sha256

    def kept_instead(self, key: str, files: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
        """Return the files of a page that is brought anew; what could not be had now is taken as it was."""
        had = {one.url: one for one in self._known.get(key, ()) if one.sha256}
        return [
            _as_it_was(file, had[file["url"]], folder) if file.get("code") and file["url"] in had else file
            for file in files
        ]


def known_files(runs: Sequence[IntakeRun]) -> dict[str, list[KnownFile]]:
    """Return the files of the articles of these runs, of each page those of the latest."""
    known: dict[str, list[KnownFile]] = {}
    for run in runs:
        for key, files in run.articles.exclude(files=[]).values_list("key", "files").iterator():
            known[key] = [
                KnownFile(
                    one["url"], one.get("sha256") or "", one.get("size") or 0, one.get("validators") or {}
                )
                for one in files
            ]
    return known


def _as_it_was(file: dict[str, Any], had: KnownFile, folder: Path) -> dict[str, Any]:
    target = folder / had.sha256
    if not target.exists():
        try:
            storage.copy_to(f"sha256:{had.sha256}", target)
        except storage.ContentMissing:  # erased here, or refused by the gate: there is nothing to take
            return file
    said = {name: value for name, value in file.items() if name not in {"code", "reason"}}
    return {**said, "sha256": had.sha256, "size": had.size, "validators": dict(had.validators)}
