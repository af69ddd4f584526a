"""Searching: from what a reader typed to what a page presents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from rongshu.accounts.viewers import PUBLIC, Viewer
from rongshu.search.engines.port import Sort


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who searches, from where. A viewer of the back office searches the staff's index."""

    site: UUID | None = None
    region: str | None = None
    viewer: Viewer = PUBLIC


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What was asked. `scope`: site, city, province or all; `chosen`: values ticked in each facet."""

    text: str
    scope: str = "all"
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    published_from: date | None = None
    published_until: date | None = None
    within: str = ""  # a further query within the results
    sort: Sort = Sort.RELEVANCE
    after: str | None = None
    limit: int = 10
    facets: tuple[str, ...] = ()
    explain: bool = False


@dataclass(frozen=True)
class Elsewhere:
    """A site on which the same text stands."""

    site_name: str
    url: str


@dataclass(frozen=True)
class AttachmentHit:
    """An attachment under its document; `snippet_html` is empty where nothing of the query is in it."""

    name: str
    url: str
    snippet_html: str = ""


@dataclass(frozen=True)
class ResultHit:
    """One result. What ends in `_html` is escaped, with <mark> around what was looked for."""

    id: str
    kind: str
    title_html: str
    url: str
    snippet_html: str
    published_on: date | None
    site_name: str
    organization: str
    type: str
    validity: str
    document_number: str
    attachments: tuple[AttachmentHit, ...] = ()
    also_on: tuple[Elsewhere, ...] = ()
    score: float = 0.0
    why: Mapping[str, Any] | None = None
    source: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet, how it is called, and how many results have it."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Results:
    """What was found for a query."""

    hits: tuple[ResultHit, ...]
    total: int
    is_total_exact: bool
    facets: Mapping[str, tuple[FacetValue, ...]]
    next: str | None
    understood: Any = None
    direct_answers: tuple[Any, ...] = ()
    did_you_mean: str = ""
