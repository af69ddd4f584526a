"""Vectors on disk, by what they were made from: a rebuild of the index needs none of them anew."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Final

import numpy as np

from rongshu.search.semantics.encoding import WIDTH, Vectors

_SCHEMA: Final = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, rows BLOB NOT NULL) WITHOUT ROWID"
_AT_ONCE: Final = 500
_PATIENCE: Final = 5.0


class VectorStore:
    """A file of vectors; ":memory:" keeps none. Threads share it."""

    def __init__(self, path: Path | str) -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._file = sqlite3.connect(
            str(path), timeout=_PATIENCE, check_same_thread=False, isolation_level=None
        )
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute(_SCHEMA)

    def read(self, keys: Collection[bytes]) -> dict[bytes, Vectors]:
        """Return the vectors of these keys; what is not there is left out."""
        wanted, found = list(dict.fromkeys(keys)), {}
        for at in range(0, len(wanted), _AT_ONCE):
            part = wanted[at : at + _AT_ONCE]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, rows FROM vectors WHERE key IN ({marks})"  # noqa: S608 - marks only
            with self._lock:
                rows = self._file.execute(query, part).fetchall()
            found.update({key: _vectors(packed) for key, packed in rows})
        return found

    def write(self, key: bytes, vectors: Vectors) -> None:
        """Keep vectors."""
        with self._lock:
            self._file.execute(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)", (key, vectors.astype(np.float16).tobytes())
            )

    def count(self) -> int:
        """Return how many texts have vectors."""
        with self._lock:
            return int(self._file.execute("SELECT count(*) FROM vectors").fetchone()[0])


def _vectors(packed: bytes) -> Vectors:
    return np.frombuffer(packed, np.float16).reshape(-1, WIDTH).astype(np.float32)
