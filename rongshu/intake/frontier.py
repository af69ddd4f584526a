"""The crawler's frontier in our database: what was met and what became of it, written in whole steps.

The crawler records a visit before it hands out the article of that visit. So nothing is written at once:
`take_notes` returns everything since the last step, and the run writes it in one transaction with the
articles of the step. A run that is cut off reads the addresses of the unfinished step again.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rongshu.intake.crawling import Queued, Visit, identity


@dataclass
class Notes:
    """Addresses met and visits made since the last step."""

    found: list[Queued] = field(default_factory=list)
    visits: dict[str, Visit] = field(default_factory=dict)


class RunFrontier:
    """The frontier of one run: in memory while it runs, from and to the database by its notes."""

    def __init__(self, known: Iterable[tuple[Queued, bool]]) -> None:
        self._queue: deque[Queued] = deque()
        self._seen: set[str] = set()
        self._done: set[str] = set()
        self._notes = Notes()
        for item, is_done in known:
            self._learn(item, is_done=is_done)

    async def enqueue(self, found: Sequence[Queued]) -> int:
        """Add what was never seen."""
        fresh = [item for item in found if self._learn(item, is_done=False)]
        self._notes.found.extend(fresh)
        return len(fresh)

    async def pending(self, limit: int) -> Sequence[Queued]:
        """Hand out the oldest addresses that are not done."""
        taken: list[Queued] = []
        while self._queue and len(taken) < limit:
            item = self._queue.popleft()
            if key_of(item.url) not in self._done:
                taken.append(item)
        return taken

    async def seen(self, url: str) -> bool:
        """Enqueued or recorded."""
        return key_of(url) in self._seen

    async def record(self, visit: Visit) -> None:
        """Note the end of an address; the first one stands."""
        key = key_of(visit.url)
        self._seen.add(key)
        if key not in self._done:
            self._done.add(key)
            self._notes.visits[key] = visit

    def take_notes(self) -> Notes:
        """Return what happened since the last call."""
        notes, self._notes = self._notes, Notes()
        return notes

    @property
    def waiting(self) -> int:
        """How many addresses are known and not handed out."""
        return len(self._queue)

    def _learn(self, item: Queued, *, is_done: bool) -> bool:
        key = key_of(item.url)
        if key in self._seen:
            return False
        self._seen.add(key)
        if is_done:
            self._done.add(key)
        else:
            self._queue.append(item)
        return True


def key_of(url: str) -> str:
    """Return the SHA-256 of an address's identity: an index over two thousand characters is none."""
    return hashlib.sha256(identity(url).encode()).hexdigest()
