"""The crawler's frontier in our database: what was met and what became of it, written in whole steps.

The crawler records a visit before it hands out the article of that visit. So nothing is written at once:
`take_notes` returns everything since the last step, and the run writes it in one transaction with the
articles of the step. A run that is cut off reads the addresses of the unfinished step again.

A server that does not answer is asked a second time when everything else is read; what fails then is given
up only if the source answers at all (`give_up`), else the run stops and finds the address waiting again.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rongshu.intake.crawling import Queued, Visit, VisitKind, identity

_NO_ANSWER = frozenset({"fetch-failed", "timed-out", "server-error"})


@dataclass
class Notes:
    """Addresses met, visits, links and days said of known addresses (by key) since the last step."""

    found: list[Queued] = field(default_factory=list)
    visits: dict[str, Visit] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    days: dict[str, Queued] = field(default_factory=dict)


class RunFrontier:
    """The frontier of one run: in memory while it runs, from and to the database by its notes.

    `silence` counts the addresses without an answer since the last one that had one.
    """

    def __init__(self, known: Iterable[tuple[Queued, bool]]) -> None:
        self._queue: deque[Queued] = deque()
        self._handed_out: dict[str, Queued] = {}
        self._seen: set[str] = set()
        self._done: set[str] = set()
        self._unanswered: dict[str, Queued] = {}
        self._hopeless: dict[str, tuple[Queued, Visit]] = {}
        self._asked_twice: set[str] = set()
        self._links: list[str] = []
        self._notes = Notes()
        self.silence = 0
        for item, is_done in known:
            self._learn(item, is_done=is_done)

    async def enqueue(self, found: Sequence[Queued]) -> int:
        """Add what was never seen. The crawler enqueues a page's links right before it records the page."""
        self._links = [short_key(item.url) for item in found if not item.guessed]
        fresh = [item for item in found if self._learn(item, is_done=False)]
        new = {item.url for item in fresh}
        self._notes.days |= {
            key_of(item.url): item for item in found if item.listed_on and item.url not in new
        }
        self._notes.found.extend(fresh)
        return len(fresh)

    async def pending(self, limit: int) -> Sequence[Queued]:
        """Hand out the oldest addresses that are not done; at last, once more, those without an answer."""
        if not self._queue:
            self._asked_twice |= set(self._unanswered)
            self._queue.extend(self._unanswered.values())
            self._unanswered = {}
        taken: list[Queued] = []
        while self._queue and len(taken) < limit:
            item = self._queue.popleft()
            key = key_of(item.url)
            if key not in self._done:
                self._handed_out[key] = item
                taken.append(item)
        return taken

    async def seen(self, url: str) -> bool:
        """Enqueued or recorded."""
        return key_of(url) in self._seen

    async def record(self, visit: Visit) -> None:
        """Note the end of an address; the first one stands."""
        key = key_of(visit.url)
        item = self._handed_out.pop(key, None)
        self._seen.add(key)
        if key in self._done:
            return
        if _is_without_answer(visit):
            self.silence += 1
            self._set_aside(key, item or Queued(visit.url), visit)
            return
        self.silence = 0
        self._finish(key, visit)
        if visit.kind is VisitKind.PAGE and self._links:
            self._notes.links[key], self._links = self._links, []

    def _set_aside(self, key: str, item: Queued, visit: Visit) -> None:
        if key in self._asked_twice:
            self._hopeless[key] = (item, visit)
        else:
            self._unanswered[key] = item

    def _finish(self, key: str, visit: Visit) -> None:
        self._done.add(key)
        self._notes.visits[key] = visit

    def is_set_aside(self, url: str) -> bool:
        """Whether nothing is decided yet about an address that had no answer."""
        key = key_of(url)
        return key in self._unanswered or key in self._hopeless

    @property
    def hopeless(self) -> int:
        """How many addresses had no answer twice."""
        return len(self._hopeless)

    def give_up(self) -> list[Visit]:
        """Record what had no answer twice; return what a page really led to, guesses apart."""
        given_up = self._hopeless
        self._hopeless = {}
        for key, (_, visit) in given_up.items():
            self._finish(key, visit)
        return [visit for item, visit in given_up.values() if not item.guessed]

    def take_notes(self) -> Notes:
        """Return what happened since the last call."""
        notes, self._notes = self._notes, Notes()
        return notes

    @property
    def waiting(self) -> int:
        """How many addresses are known and not handed out."""
        return len(self._queue) + len(self._unanswered)

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


def _is_without_answer(visit: Visit) -> bool:
    """Whether the server was not there, or said itself that it can't answer now (HTTP 429, 5xx)."""
    return visit.kind is VisitKind.REFUSED and visit.code in _NO_ANSWER


def key_of(url: str) -> str:
    """Return the SHA-256 of an address's identity: an index over two thousand characters is none."""
    return hashlib.sha256(identity(url).encode()).hexdigest()


def short_key(url: str) -> str:
    """Return the first 16 digits of the key: enough to tell the addresses of one site apart."""
    return key_of(url)[:16]
