"""Counting what is looked for, without knowing who looks (个人信息保护法 第六条: no more than is needed).

Counts are gathered in the memory of each process and written together every few seconds
(`actions.keep_counts`). What looks like somebody's number or address is not counted at all.
"""

from __future__ import annotations

import re
import threading
import time
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Final
from uuid import UUID

LONGEST: Final = 40
_EVERY: Final = 5.0
_MOST_KEPT: Final = 20_000
# Identity cards, mobiles, bank cards, telephones: seven digits and more in a row, however they are grouped.
_NUMBERS: Final = re.compile(r"\d(?:[ \-.]?\d){6,}")
_ADDRESSES: Final = re.compile(r"\S+@\S+|https?://|www\.", re.IGNORECASE)

Key = tuple[UUID, str, str, str]  # site, kind, text, document


def counted_text(query: str) -> str:
    """The query as it is counted, "" when it isn't: too long, or somebody's own number or address."""
    text = " ".join(unicodedata.normalize("NFKC", query).lower().split())
    is_kept = 0 < len(text) <= LONGEST and not _NUMBERS.search(text) and not _ADDRESSES.search(text)
    return text if is_kept and any(one.isalnum() for one in text) else ""


class Counts:
    """Counts of one process. Whoever searches when they are some seconds old writes them, all together."""

    def __init__(self, every: float = _EVERY) -> None:
        self._counts: Counter[Key] = Counter()
        self._lock = threading.Lock()
        self._began = 0.0
        self._every = every

    def searched(self, site_id: UUID, query: str, *, total: int) -> None:
        """Count a search; `total` is what it found."""
        kinds = ("asked",) if total else ("asked", "nothing")
        self._add([(site_id, kind, text, "") for kind in kinds if (text := counted_text(query))])

    def opened(self, site_id: UUID, query: str, document: str) -> None:
        """Count that a result was opened."""
        self._add([(site_id, "opened", text, document)] if (text := counted_text(query)) else [])

    def take(self) -> Mapping[Key, int]:
        """Return what was counted and begin anew."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
        return taken

    def take_when_due(self) -> Mapping[Key, int]:
        """Return what was counted when it is old enough to be written, else nothing."""
        is_due = bool(self._counts) and time.monotonic() - self._began >= self._every
        return self.take() if is_due else {}

    def _add(self, keys: list[Key]) -> None:
        with self._lock:
            if not self._counts:
                self._began = time.monotonic()
            if len(self._counts) < _MOST_KEPT:
                self._counts.update(keys)


COUNTS: Final = Counts()
