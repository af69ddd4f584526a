"""A page of hits. What is found in great numbers is sifted by its words first, then ranked in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tantivy import DocAddress, Occur, Order, Query, Schema, Searcher

from rongshu.search.engines.embedded.fields import KEY
from rongshu.search.engines.embedded.translating import narrowed, translate
from rongshu.search.engines.port import EngineRequest, Sort

Found = Sequence[tuple[Any, DocAddress]]
_ORDER: Final = {Sort.NEWEST: Order.Desc, Sort.OLDEST: Order.Asc}
# Everything that lifts a document is asked about each that was found: beyond so many that takes too long.
_MANY: Final = 5_000
_SIFTED: Final = 500


def page(  # noqa: PLR0917 - one search
    searcher: Searcher, schema: Schema, request: EngineRequest, sieve: Query, offset: int, total: int
) -> Found:
    """Return the hits of a page with their scores (with their times when sorted by time).

    `sieve` finds what the request does, in the order of the words alone.
    """
    if request.sort is not Sort.RELEVANCE:
        return _by_time(searcher, sieve, request, offset)
    if total > _MANY and offset < _SIFTED:
        ranked = _sifted(searcher, schema, request, sieve)
        if ranked is not None and offset + request.limit <= len(ranked):
            return ranked[offset : offset + request.limit]
    query = narrowed(request.clause, (*request.filters, *request.chosen), schema)
    # Not counting lets the engine skip what can't be among the best.
    return searcher.search(query, request.limit, count=False, offset=offset).hits


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
    best = searcher.search(sieve, _SIFTED, count=False).hits
    try:
        keys = searcher.fast_field_values(KEY, [address for _, address in best])
        among = Query.const_score_query(Query.term_set_query(schema, KEY, keys), 0.0)
    except ValueError:
        return None
    whole = Query.boolean_query([(Occur.Must, translate(request.clause, schema)), (Occur.Must, among)])
    return searcher.search(whole, len(best), count=False).hits
