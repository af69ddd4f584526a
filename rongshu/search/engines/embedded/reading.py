"""The reader of an embedded index: opens what serves, and looks anew when the writer has committed."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tantivy import Index, Searcher

from rongshu.search.engines.embedded.fields import open_as_made
from rongshu.search.engines.embedded.generations import Shelf

_META: Final = "meta.json"


@dataclass
class _Opened:
    mark: tuple[int, int]
    meta: Path
    committed: tuple[int, int]
    index: Index
    searcher: Searcher


class Reading:
    """What this process reads of an index; shared by its threads."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf, self._lock = shelf, threading.Lock()
        self._opened: _Opened | None = None

    def now(self) -> tuple[Index, Searcher] | None:
        """Return the index and a searcher of what is committed now; None where nothing serves."""
        opened = self._opened
        if opened is None or not self._is_current(opened):
            with self._lock:
                opened = self._renewed()
        return (opened.index, opened.searcher) if opened else None

    def close(self) -> None:
        """Let the files go."""
        self._opened = None

    def _is_current(self, opened: _Opened) -> bool:
        return self._shelf.mark() == opened.mark and _stamp_of(opened.meta) == opened.committed

    def _renewed(self) -> _Opened | None:
        opened = self._opened
        if opened is not None and self._is_current(opened):
            return opened
        if opened is None or self._shelf.mark() != opened.mark:
            return self._open()
        committed = _stamp_of(opened.meta)
        opened.index.reload()
        self._opened = _Opened(opened.mark, opened.meta, committed, opened.index, opened.index.searcher())
        return self._opened

    def _open(self) -> _Opened | None:
        # The mark first: a switch between the two reads is seen at the next search.
        mark, name = self._shelf.mark(), self._shelf.serving()
        if name is None:
            self._opened = None
            return None
        meta = self._shelf.path(name) / _META
        committed = _stamp_of(meta)
        index = open_as_made(str(self._shelf.path(name)))
        index.reload()
        self._opened = _Opened(mark, meta, committed, index, index.searcher())
        return self._opened


def _stamp_of(meta: Path) -> tuple[int, int]:
    try:
        found = meta.stat()
    except FileNotFoundError:  # dropped under us: the next look finds what serves now
        return 0, 0
    return found.st_mtime_ns, found.st_ino
