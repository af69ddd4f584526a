"""A request of the port as the body of OpenSearch's search, and the cursor between two pages."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from rongshu.search.engines.clauses import Clause, OneOf
from rongshu.search.engines.opensearch.translation import Query, translate
from rongshu.search.engines.port import FACET_VALUES, WINDOW, EngineRequest, Sort
from rongshu.search.errors import BeyondWindow, CursorUnknown

# The id settles what is equal otherwise, so that no hit stands on two pages.
_SORTS: Final[dict[Sort, list[dict[str, str]]]] = {
    Sort.RELEVANCE: [{"_score": "desc"}, {"id": "asc"}],
    Sort.NEWEST: [{"published": "desc"}, {"id": "asc"}],
    Sort.OLDEST: [{"published": "asc"}, {"id": "asc"}],
}


@dataclass(frozen=True)
class Cursor:
    """How many hits were passed, and the sort values of the last one."""

    passed: int
    values: tuple[float | int | str, ...]

    def written(self) -> str:
        """Return it as text that survives an address."""
        text = json.dumps([self.passed, *self.values], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """Return the cursor written so; what nobody wrote is refused."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        match json.loads(base64.b64decode(padded, altchars=b"-_", validate=True)):
            case [int(passed), float() | int() as value, str(id_)] if passed > 0:
                return Cursor(passed, (value, id_))
    except (UnicodeError, binascii.Error, ValueError, RecursionError):
        pass
    raise CursorUnknown


def search_body(request: EngineRequest) -> dict[str, Any]:
    """Return the body that asks for one page."""
    body: dict[str, Any] = {
        "query": _narrowed(request.clause, request.filters),
        "size": request.limit,
        "sort": _SORTS[request.sort],
        "_source": ["source"],
        "track_total_hits": True if request.counted else request.limit,
        "explain": request.explain,
    }
    if request.after:
        cursor = read_cursor(request.after)
        if cursor.passed + request.limit > WINDOW:
            raise BeyondWindow
        body["search_after"] = list(cursor.values)
    if request.chosen:
        body["post_filter"] = _filtered([*map(translate, request.chosen)])
    if request.facets:
        body["aggs"] = {facet: _facet(facet, request.chosen) for facet in request.facets}
    return body


def preference(request: EngineRequest) -> str:
    """Name the request, so that all of its pages are read from the same copy of the index."""
    return hashlib.sha256(repr((request.clause, request.filters)).encode()).hexdigest()[:16]


def _narrowed(clause: Clause, filters: tuple[Clause, ...]) -> Query:
    if not filters:
        return translate(clause)
    return {"bool": {"must": [translate(clause)], "filter": [*map(translate, filters)]}}


def _filtered(queries: list[Query]) -> Query:
    return {"bool": {"filter": queries}}


def _facet(facet: str, chosen: tuple[OneOf, ...]) -> dict[str, Any]:
    others = [translate(one) for one in chosen if one.field != facet]
    # Equal counts stand in the order of their values.
    order = [{"_count": "desc"}, {"_key": "asc"}]
    counted = {"terms": {"field": facet, "size": FACET_VALUES, "order": order}}
    return {"filter": _filtered(others) if others else {"match_all": {}}, "aggs": {"values": counted}}
