"""What a run still has to read and what it has read; in memory here, elsewhere behind the same protocol."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .addresses import identity


class VisitKind(StrEnum):
    """What an address turned out to be; every address that is taken ends as exactly one of these."""

    ARTICLE = "article"
    PART = "part"
    ALIAS = "alias"
    PAGE = "page"
    FILE = "file"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Queued:
    """An address to read and the template of the page it was found on; `guessed` when no link names it.

    `label` and `listed_on` are the title and the day (YYYY-MM-DD) a list gives it.

    Scripts build addresses from a count and a pattern; one that does not exist is no loss and not reported.
    """

    url: str
    found_on: str = ""
    guessed: bool = False
    label: str = ""
    listed_on: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """The end of one address: `of` is what it is a part or alias of, `code` and `reason` say why refused."""

    url: str
    kind: VisitKind
    of: str | None = None
    code: str | None = None
    reason: str | None = None
    digest: str | None = None


class Frontier(Protocol):
    """The state of a run. An address is known by its identity: no scheme, no www., no index file."""

    async def enqueue(self, found: Sequence[Queued]) -> int:
        """Add what was never seen; returns how many were new."""

    async def pending(self, limit: int) -> Sequence[Queued]:
        """Up to `limit` addresses not recorded and not handed out since the run was opened, oldest first."""

    async def seen(self, url: str) -> bool:
        """The address was enqueued or recorded before."""

    async def record(self, visit: Visit) -> None:
        """The address is done; a run that is resumed does not read it again."""


class MemoryFrontier:
    """A frontier for one process and tests."""

    def __init__(self) -> None:
        self._queue: deque[Queued] = deque()
        self._seen: set[str] = set()
        self.visits: dict[str, Visit] = {}

    async def enqueue(self, found: Sequence[Queued]) -> int:
        """Add what was never seen."""
        added = 0
        for item in found:
            name = identity(item.url)
            if name not in self._seen:
                self._seen.add(name)
                self._queue.append(item)
                added += 1
        return added

    async def pending(self, limit: int) -> Sequence[Queued]:
        """Hand out the oldest addresses that are not done."""
        taken: list[Queued] = []
        while self._queue and len(taken) < limit:
            item = self._queue.popleft()
            if identity(item.url) not in self.visits:
                taken.append(item)
        return taken

    async def seen(self, url: str) -> bool:
        """Enqueued or recorded."""
        return identity(url) in self._seen

    async def record(self, visit: Visit) -> None:
        """Keep the end of an address; the first one stands."""
        name = identity(visit.url)
        self._seen.add(name)
        self.visits.setdefault(name, visit)
