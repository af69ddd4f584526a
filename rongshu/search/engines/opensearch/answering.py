"""What OpenSearch answered, as the port says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rongshu.search.engines.opensearch.asking import Cursor, read_cursor
from rongshu.search.engines.port import WINDOW, EngineAnswer, EngineRequest, Hit


def read_answer(request: EngineRequest, answer: Mapping[str, Any]) -> EngineAnswer:
    """Return the page of hits, the counts and the way on."""
    found = answer["hits"]
    return EngineAnswer(
        hits=tuple(_hit(one) for one in found["hits"]),
        total=found["total"]["value"],
        is_total_exact=found["total"]["relation"] == "eq",
        facets={facet: _counts(answer["aggregations"][facet]) for facet in request.facets},
        next=_next(request, found),
    )


def _hit(hit: Mapping[str, Any]) -> Hit:
    return Hit(
        id=hit["_id"],
        score=hit["_score"] or 0.0,
        source=hit["_source"].get("source", {}),
        explanation=hit.get("_explanation"),
    )


def _counts(aggregation: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple((bucket["key"], bucket["doc_count"]) for bucket in aggregation["values"]["buckets"])


def _next(request: EngineRequest, found: Mapping[str, Any]) -> str | None:
    hits = found["hits"]
    passed = (read_cursor(request.after).passed if request.after else 0) + len(hits)
    if not hits or passed >= min(found["total"]["value"], WINDOW):
        return None
    return Cursor(passed, tuple(hits[-1]["sort"])).written()
