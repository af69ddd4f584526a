"""Finding what somebody altered, removed or added in a published tree (P3-02: repaired within 5 minutes).

The sweep only looks and reports; the holder of the site's lease looks again and repairs, so that a
file that is being published is never taken for an altered one. A file whose inode, change time and
size are as they were when its content was last read is not read again, except by a thorough sweep.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from rongshu.foundation import work
from rongshu.foundation.work import WorkRequest
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.planning import INSPECT, QUEUE, work_key
from rongshu.publishing.writing import digest_of_file, manifest_file, tree_root
from rongshu.sites.models import Site

_AT_ONCE: Final = 500
_CYCLE: Final = 60.0  # seconds between the beginnings of two sweeps
_LONGEST_CYCLE: Final = 200.0  # with the repair, an alteration lies there for five minutes at most
_SLICE: Final = 0.2  # seconds of looking per second, more when that does not suffice
_LARGEST_SLICE: Final = 0.9


class Finding(NamedTuple):
    """A path that is not as the manifest says."""

    path: str
    what: str  # "altered", "missing", "added"


class Seen:
    """Which files had the right content when they were last read, by inode, change time and size."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file, isolation_level=None, timeout=5)
        self._db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
            "CREATE TABLE IF NOT EXISTS seen (path TEXT PRIMARY KEY, mark TEXT NOT NULL) WITHOUT ROWID;"
        )

    def has(self, path: str, mark: str) -> bool:
        """Whether the file was found right in exactly this state."""
        row = self._db.execute("SELECT mark FROM seen WHERE path = ?", (path,)).fetchone()
        return row is not None and row[0] == mark

    def note(self, path: str, mark: str) -> None:
        """Remember that the file was right."""
        self._db.execute("INSERT OR REPLACE INTO seen VALUES (?, ?)", (path, mark))

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def findings(site_id: UUID, slug: str, *, is_thorough: bool = False) -> Iterator[Finding | None]:
    """Look at every file of a site's tree and every page of its manifest; None stands for "all right"."""
    file, root = manifest_file(site_id), tree_root(slug)
    if not file.exists():
        return
    manifest = Manifest(file, is_writer=False)
    seen = Seen(file.with_suffix(".seen"))
    try:
        for path, entry in _files(root):
            yield _look_at(path, entry, manifest, seen, is_thorough=is_thorough)
        yield from _missing(root, manifest)
    finally:
        manifest.close()
        seen.close()


def report(site_id: UUID, finding: Finding) -> None:
    """Ask whoever holds the site to look at a path again and repair it."""
    name = hashlib.sha256(finding.path.encode(errors="surrogateescape")).hexdigest()[:32]
    payload = {"path": finding.path, "what": finding.what}
    request = WorkRequest(QUEUE, work_key(site_id, f"{INSPECT}:{name}"), str(site_id), work.EDIT, payload)
    work.enqueue([request])


class Sweeper:
    """Looks at all trees again and again, a little at a time: a duty of the worker."""

    def __init__(self) -> None:
        self._steps: Iterator[None] = iter(())
        self._began = -_CYCLE
        self._is_over = True
        self.slice = _SLICE

    def run_once(self) -> bool:
        """Look for a fifth of a second; begin anew a minute after the last beginning.

        A tree so large that a sweep would take too long is looked at for a larger part of each second.
        """
        until = time.monotonic() + self.slice
        for _ in self._steps:
            if time.monotonic() >= until:
                return False
        if not self._is_over:
            self._is_over = True
            self.slice = slice_after(self.slice, time.monotonic() - self._began)
        if time.monotonic() >= self._began + _CYCLE:
            self._began, self._is_over = time.monotonic(), False
            self._steps = self._sweep()
        return False

    def _sweep(self) -> Iterator[None]:
        for site_id, slug in list(Site.objects.order_by("slug").values_list("id", "slug")):
            for finding in findings(site_id, slug):
                if finding is not None and not _is_leftover(finding):
                    report(site_id, finding)
                yield


def slice_after(before: float, seconds: float) -> float:
    """How much of each second the next sweep looks, after one of this share that took so many seconds."""
    return min(_LARGEST_SLICE, max(_SLICE, before * seconds / _LONGEST_CYCLE))


def _is_leftover(finding: Finding) -> bool:
    # Names that nobody but us would choose and that can't be written to the queue are left to `verify`.
    try:
        finding.path.encode()
    except UnicodeEncodeError:
        return True
    return False


def _files(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    folders = [str(root)]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        yield entry.path[len(str(root)) :], entry
        except FileNotFoundError:
            continue


def _look_at(
    path: str, entry: os.DirEntry[str], manifest: Manifest, seen: Seen, *, is_thorough: bool
) -> Finding | None:
    page = _page_at(manifest, path)
    if page is None or not entry.is_file(follow_symlinks=False):
        return Finding(path, "altered" if page else "added")
    try:
        state = entry.stat(follow_symlinks=False)
        mark = f"{page[1].hex()}-{state.st_ino}-{state.st_ctime_ns}-{state.st_size}"
        if not is_thorough and seen.has(path, mark):
            return None
        if state.st_size != page[2] or digest_of_file(Path(entry.path)) != page[1]:
            return Finding(path, "altered")
    except FileNotFoundError:
        return None  # it is leaving just now; if not, it will be found missing
    except OSError:
        return Finding(path, "altered")
    seen.note(path, mark)
    return None


def _page_at(manifest: Manifest, path: str) -> tuple[str, bytes, int] | None:
    try:
        return manifest.page_at(path)
    except UnicodeEncodeError:
        return None


def _missing(root: Path, manifest: Manifest) -> Iterator[Finding | None]:
    last = ""
    while pages := manifest.pages_after(last, _AT_ONCE):
        for path, *_ in pages:
            yield None if os.path.lexists(f"{root}{path}") else Finding(path, "missing")
        last = pages[-1][0]
