"""Facets and totals of a search: as few passes over what was found as the chosen values allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tantivy import Query, Schema, Searcher

from rongshu.search.engines.embedded.translating import bare, narrowed
from rongshu.search.engines.port import FACET_VALUES, EngineRequest

Facets = Mapping[str, tuple[tuple[str, int], ...]]
_TOTAL: Final = "_total"


def count(searcher: Searcher, schema: Schema, request: EngineRequest, sieve: Query) -> tuple[Facets, int]:
    """Return the facets asked for and how many documents were found; `sieve` finds them all.

    A facet in which something is chosen is counted without that choice, so in a pass of its own; all others
    and the total share one.
    """
    chosen = {one.field: one for one in request.chosen}
    shared = [facet for facet in request.facets if facet not in chosen]
    counted = _pass(searcher, sieve, shared)
    total = int(counted[_TOTAL]["value"])
    for facet in request.facets:
        if facet in chosen:
            others = [one for one in request.chosen if one.field != facet]
            wider = narrowed(bare(request.clause), (*request.filters, *others), schema)
            counted[facet] = _pass(searcher, wider, [facet])[facet]
    return {facet: _values(counted[facet]) for facet in request.facets}, total


def _pass(searcher: Searcher, query: Query, facets: list[str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        facet: {"terms": {"field": facet, "size": FACET_VALUES, "segment_size": 4 * FACET_VALUES}}
        for facet in facets
    }
    wanted[_TOTAL] = {"value_count": {"field": "published"}}
    return searcher.aggregate(query, wanted)


def _values(facet: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    found = ((bucket["key"], bucket["doc_count"]) for bucket in facet["buckets"])
    return tuple(sorted(found, key=lambda one: (-one[1], one[0])))
