"""A page of hits. What is found in great numbers is sifted by its words first, then ranked in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any as Anything
from typing import Final

from tantivy import DocAddress, Order, Query, Schema, Searcher

from rongshu.search.engines.clauses import All, Any, Best, Boost, Clause, Constant, OneOf, Phrase
from rongshu.search.engines.embedded.fields import KEY
from rongshu.search.engines.embedded.translating import Translated, narrowed, translate
from rongshu.search.engines.port import EngineRequest, Sort

Found = Sequence[tuple[Anything, DocAddress]]
_ORDER: Final = {Sort.NEWEST: Order.Desc, Sort.OLDEST: Order.Asc}
# Everything that lifts a document is asked about each that was found: beyond so many that takes too long.
_MANY: Final = 5_000


def page(  # noqa: PLR0917 - one search
    searcher: Searcher, schema: Schema, request: EngineRequest, sieve: Query, offset: int, total: int
) -> Found:
    """Return the hits of a page with their scores (with their times when sorted by time).

    `sieve` finds what the request does, in the order of the words alone; `total`: how many at most.
    """
    if request.sort is not Sort.RELEVANCE:
        return _by_time(searcher, sieve, request, offset)
    if total > _MANY and offset < request.sifted:
        ranked = _sifted(searcher, schema, request, sieve)
        if ranked is not None and (offset + request.limit <= len(ranked) or len(ranked) < request.sifted):
            return ranked[offset : offset + request.limit]
    query = narrowed(request.clause, (*request.filters, *request.chosen), schema)
    # Not counting lets the engine skip what can't be among the best.
    return searcher.search(query, request.limit, count=False, offset=offset).hits


def first(searcher: Searcher, schema: Schema, request: EngineRequest, sieve: Query) -> Found:
    """Return the first hits by relevance, however many there are."""
    ranked = _sifted(searcher, schema, request, sieve) if request.sifted else None
    return page(searcher, schema, request, sieve, 0, 0) if ranked is None else ranked[: request.limit]


def _by_time(searcher: Searcher, sieve: Query, request: EngineRequest, offset: int) -> Found:
    return searcher.search(
        sieve,
        request.limit,
        count=False,
        order_by_field="published",
        offset=offset,
        order=_ORDER[request.sort],
    ).hits


def _sifted(searcher: Searcher, schema: Schema, request: EngineRequest, sieve: Query) -> Found | None:
    """Return the best by their words, in the order of the whole formula; None where the index is too old."""
    best = searcher.search(sieve, request.sifted, count=False).hits
    if not best:
        return ()
    try:
        values = searcher.fast_field_values(KEY, [address for _, address in best])
    except ValueError:
        return None
    keys = [value for value in values if isinstance(value, int)]  # every document has one
    among = Translated(translate(Constant(OneOf(KEY, tuple(keys)), 0.0), schema))
    whole = translate(_ranked(request.clause, among), schema)
    return searcher.search(whole, len(best), count=False).hits


def _ranked(clause: Clause, among: Clause) -> Clause:
    """What scores in a clause, for some of the documents that it finds."""
    of = clause.of if isinstance(clause, All) else (clause,)
    scoring = (one for one in of if not (isinstance(one, Constant) and not one.score))
    return All((among, *(_asked(one, among) for one in scoring)))


def _asked(clause: Clause, among: Clause) -> Clause:
    """The same of a clause, in which phrases are only looked for where they count.

    Asked about one document, the engine goes on to the next one that has the phrase, which may be far.
    """
    if isinstance(clause, Phrase):
        return All((among, clause))
    if isinstance(clause, Boost | Constant):
        return replace(clause, clause=_asked(clause.clause, among))
    if isinstance(clause, All | Any | Best):
        return replace(clause, of=tuple(_asked(one, among) for one in clause.of))
    return clause
