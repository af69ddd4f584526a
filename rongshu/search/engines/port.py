"""The port: what every engine does, for one index (the public one or the staff's).

An index has generations. One serves; a rebuild fills another beside it, and one atomic step puts it in its
place. Writers write into the generation they name; one process writes at a time, under the indexer's lease.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Protocol, Self

from rongshu.search.documents import Prepared
from rongshu.search.engines.clauses import Clause, OneOf

# Paging by `after` ends here; who wants everything narrows his search.
WINDOW: Final = 10_000
FACET_VALUES: Final = 50


class Sort(enum.Enum):
    """The order of hits."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, kw_only=True)
class EngineRequest:
    """A search. `filters` narrow everything; `chosen` are what a reader ticked in facets.

    The counts of a facet ignore what is chosen in the same facet, and heed what is chosen in the others.
    `after` is the `next` of an earlier answer to the same request. A `limit` of 0 only counts. Where fewer
    than `least` are found, nobody will look at the hits: an engine may leave them out. Where the hits are not
    to be `counted`, the total is only how many there are at least. What is found in great numbers may be
    `sifted`: only so many, the best by what must match, are ranked by all that lifts them (0: all).
    """

    clause: Clause
    filters: tuple[Clause, ...] = ()
    chosen: tuple[OneOf, ...] = ()
    facets: tuple[str, ...] = ()
    sort: Sort = Sort.RELEVANCE
    after: str | None = None
    limit: int = 10
    least: int = 0
    counted: bool = True
    sifted: int = 300
    explain: bool = False


@dataclass(frozen=True)
class Hit:
    """A document that was found. `source` is what was stored for presentation."""

    id: str
    score: float
    source: Mapping[str, Any]
    explanation: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class EngineAnswer:
    """What was found: a page of hits, how many in all, and how many by value of each facet, most first."""

    hits: tuple[Hit, ...]
    total: int
    is_total_exact: bool = True
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    next: str | None = None


@dataclass(frozen=True)
class Stamp:
    """Under which schema and analysis a generation was made; another one asks for a rebuild."""

    schema: int
    analysis: str


@dataclass(frozen=True)
class Generation:
    """One complete copy of the index, or one that is being filled."""

    name: str
    stamp: Stamp
    begun_at: datetime
    is_serving: bool


@dataclass(frozen=True)
class Health:
    """Whether the engine answers; `problem` is a Chinese sentence for operators."""

    is_well: bool
    problem: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class Writer(Protocol):
    """Writes into one generation; what is written is found after `commit`. Closing without it forgets it."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def add(self, document: Prepared, *, replaces: bool = True) -> None:
        """Put a document in, in the place of the one with the same id.

        `replaces` False promises that there is none, which saves the look.
        """

    def remove(self, ids: Collection[str]) -> None:
        """Take documents out; what is not there is no matter."""

    def commit(self) -> None:
        """Let readers find what was written, on disk for good."""


class Engine(Protocol):
    """One index of an engine."""

    def search(self, request: EngineRequest) -> EngineAnswer:
        """Search the serving generation; no generation is an empty answer."""

    def documents(self, ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
        """Return what is stored of documents, by id; what is not there is left out."""

    def frequencies(self, field: str, tokens: Sequence[str]) -> dict[str, int]:
        """Return in how many documents each token stands in a field (roughly, deleted ones may count)."""

    def words(self, most: int) -> dict[str, int]:
        """Return the most common words of texts and titles, and in how many documents each stands.

        Roughly: more of a word whose pairs stand apart, too; an engine that keeps no list looks at a sample.
        """

    def count(self, generation: str | None = None) -> int:
        """Return how many documents a generation (the serving one) holds."""

    def ids(self, generation: str | None = None) -> Iterator[str]:
        """Yield the id of every document of a generation (the serving one), in any order."""

    def generations(self) -> list[Generation]:
        """Return every generation there is, the oldest first."""

    def begin_generation(self, stamp: Stamp) -> str:
        """Make an empty generation that does not serve yet; return its name."""

    def switch(self, generation: str) -> None:
        """Let this generation serve from now on: one atomic step."""

    def drop(self, generation: str) -> None:
        """Remove a generation that does not serve; readers still in it are not disturbed."""

    def writer(self, generation: str, *, bulk: bool = False) -> Writer:
        """Open the writer of a generation; `bulk` gives it memory to write a great many documents."""

    def health(self) -> Health:
        """Return whether the engine answers."""

    def close(self) -> None:
        """Give back what is held open."""
