"""The embedded engine: the port, in terms of tantivy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import orjson
from tantivy import DocAddress, Document, Index, Query, Schema, Searcher

from rongshu.search.analysis import is_word
from rongshu.search.engines.embedded.counting import Facets, count
from rongshu.search.engines.embedded.fields import open_as_made, open_index
from rongshu.search.engines.embedded.generations import Shelf
from rongshu.search.engines.embedded.paging import Found, first, page
from rongshu.search.engines.embedded.reading import Reading
from rongshu.search.engines.embedded.translating import bare, narrowed, translate
from rongshu.search.engines.embedded.writing import EmbeddedWriter
from rongshu.search.engines.estimating import documents_with
from rongshu.search.engines.port import (
    WINDOW,
    EngineAnswer,
    EngineRequest,
    Generation,
    Health,
    Hit,
    Sort,
    Stamp,
)
from rongshu.search.errors import BeyondWindow, CursorUnknown

# From so many documents on, a second thread costs less than it saves.
_LARGE: Final = 300_000
_NOTHING_SERVES: Final = "还没有可用的检索索引，请运行 rongshu search rebuild。"


class EmbeddedEngine:
    """One index in a folder of the installation."""

    def __init__(self, folder: str, index: str) -> None:
        self._shelf = Shelf(Path(folder) / index)
        self._reading = Reading(self._shelf)

    def search(self, request: EngineRequest) -> EngineAnswer:
        """Search what serves now."""
        opened = self._reading.now()
        return _answer(*opened, request) if opened else EngineAnswer((), 0)

    def documents(self, ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
        """Return what is stored of documents, by id."""
        opened = self._reading.now()
        if opened is None or not ids:
            return {}
        index, searcher = opened
        query = Query.term_set_query(index.schema, "id", list(ids))
        found = searcher.search(query, len(ids), count=False).hits
        return dict(_stored(searcher.doc(address)) for _, address in found)

    def frequencies(self, field: str, tokens: Sequence[str]) -> dict[str, int]:
        """Return in how many documents each token stands."""
        opened = self._reading.now()
        return {token: opened[1].doc_freq(field, token) if opened else 0 for token in tokens}

    def words(self, most: int) -> dict[str, int]:
        """Return the most common words of titles, and words of two characters that are common in texts."""
        opened = self._reading.now()
        if opened is None:
            return {}
        searcher = opened[1]
        titles = (word for word, _ in searcher.terms_with_prefix("title_words", "", limit=most))
        texts = (pair for pair, _ in searcher.terms_with_prefix("body_pairs", "", limit=most))
        return documents_with({*titles, *filter(is_word, texts)}, self.frequencies)

    def count(self, generation: str | None = None) -> int:
        """Return how many documents a generation holds."""
        searcher = self._searcher_of(generation)
        return searcher.num_docs if searcher else 0

    def ids(self, generation: str | None = None) -> Iterator[str]:
        """Yield the id of every document."""
        searcher = self._searcher_of(generation)
        if searcher is not None:
            # With a filter, documents that were deleted but not merged away don't count.
            yield from (id_ for id_, _ in searcher.terms_with_prefix("id", "", Query.all_query()))

    def generations(self) -> list[Generation]:
        """Return every generation there is."""
        return self._shelf.all()

    def begin_generation(self, stamp: Stamp) -> str:
        """Make an empty generation."""
        return self._shelf.begin(stamp)

    def switch(self, generation: str) -> None:
        """Let a generation serve."""
        self._shelf.switch(generation)

    def drop(self, generation: str) -> None:
        """Remove a generation."""
        self._shelf.drop(generation)

    def writer(self, generation: str, *, bulk: bool = False) -> EmbeddedWriter:
        """Open the writer of a generation."""
        return EmbeddedWriter(open_index(str(self._shelf.path(generation))), bulk=bulk)

    def folder(self, generation: str) -> Path:
        """Where a generation lies."""
        return self._shelf.path(generation)

    def health(self) -> Health:
        """Return whether something serves."""
        opened = self._reading.now()
        if opened is None:
            return Health(False, _NOTHING_SERVES)
        searcher = opened[1]
        return Health(True, facts={"文档": str(searcher.num_docs), "分段": str(searcher.num_segments)})

    def close(self) -> None:
        """Let the files go."""
        self._reading.close()

    def _searcher_of(self, generation: str | None) -> Searcher | None:
        if generation is None:
            opened = self._reading.now()
            return opened[1] if opened else None
        index = open_as_made(str(self._shelf.path(generation)))
        index.reload()
        return index.searcher()


def _answer(index: Index, searcher: Searcher, request: EngineRequest) -> EngineAnswer:
    offset = _offset(request.after)
    if offset + request.limit > WINDOW:
        raise BeyondWindow
    schema = index.schema
    sieve = narrowed(bare(request.clause), (*request.filters, *request.chosen), schema)
    if not request.counted:
        best = first(searcher, schema, request, sieve)
        uncounted = tuple(_hit(searcher, score, address, request.sort, None) for score, address in best)
        return EngineAnswer(uncounted, len(uncounted), is_total_exact=False)
    facets, total, found = _counted(searcher, schema, request, sieve, offset)
    explained = translate(request.clause, schema) if request.explain else None
    hits = tuple(_hit(searcher, score, address, request.sort, explained) for score, address in found)
    end = offset + len(hits)
    return EngineAnswer(hits, total, True, facets, str(end) if hits and end < min(total, WINDOW) else None)


def _counted(
    searcher: Searcher, schema: Schema, request: EngineRequest, sieve: Query, offset: int
) -> tuple[Facets, int, Found]:
    """Facets, total and a page. A large index is counted beside its ranking, on another processor."""
    if searcher.num_docs < _LARGE or not request.limit:
        facets, total = count(searcher, schema, request, sieve)
        is_wanted = request.limit > 0 and total > offset and total >= request.least
        return facets, total, page(searcher, schema, request, sieve, offset, total) if is_wanted else ()
    with ThreadPoolExecutor(1) as beside:
        counting = beside.submit(count, searcher, schema, request, sieve)
        found = page(searcher, schema, request, sieve, offset, searcher.num_docs)
        return *counting.result(), found


def _offset(after: str | None) -> int:
    if not after:
        return 0
    if not (after.isascii() and after.isdigit()) or len(after) > len(str(WINDOW)):
        raise CursorUnknown
    return int(after)


def _hit(searcher: Searcher, score: Any, address: DocAddress, sort: Sort, explained: Query | None) -> Hit:
    id_, source = _stored(searcher.doc(address))
    explanation = orjson.loads(explained.explain(searcher, address).to_json()) if explained else None
    return Hit(id_, float(score) if sort is Sort.RELEVANCE else 0.0, source, explanation)


def _stored(document: Document) -> tuple[str, Mapping[str, Any]]:
    return document["id"][0], orjson.loads(bytes(document["source"][0]))
