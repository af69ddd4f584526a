"""The pages of the search as frozen models: everything their templates show."""

from __future__ import annotations

from dataclasses import dataclass

from rongshu.publishing.web.framing import SiteFrame
from rongshu.search.queries.answering import DirectAnswer
from rongshu.search.queries.searching import ResultHit


@dataclass(frozen=True, slots=True)
class Choice:
    """A value one may choose: a scope, an order, a line of a select."""

    value: str
    label: str
    is_chosen: bool = False
    url: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """A value of a facet. `url` ticks it, or takes the tick away."""

    label: str
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: what is always shown of it, and what opens below."""

    name: str
    label: str
    first: tuple[FacetChoice, ...]
    more: tuple[FacetChoice, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice that is in force, and the address without it.

    `name` and `label` are ours, and shown in the language of the site; `typed` stays as it was typed.
    """

    name: str
    url: str
    label: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, with every address that leads on from it."""

    hits: tuple[ResultHit, ...]
    total: int
    is_total_exact: bool
    first_place: int  # of the first hit on this page
    facets: tuple[Facet, ...]
    orders: tuple[Choice, ...]
    next_url: str
    first_url: str
    rss_url: str
    atom_url: str
    page: int = 1


@dataclass(frozen=True, slots=True)
class Way:
    """A way on for somebody who found nothing."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Heard:
    """The Chinese that pinyin or initials were taken for, and the way back to what was typed."""

    text: str
    typed: str
    url: str


@dataclass(frozen=True, slots=True)
class SearchedPage:
    """A page of results, or the empty form (`found` None). `hidden` is what the inner form must not lose."""

    site: SiteFrame
    stylesheet: str
    script: str
    query: str = ""
    within: str = ""
    scopes: tuple[Choice, ...] = ()
    hot_words: tuple[Choice, ...] = ()
    problem: str = ""
    hints: tuple[str, ...] = ()
    did_you_mean: Way | None = None
    heard: Heard | None = None
    answers: tuple[DirectAnswer, ...] = ()
    chips: tuple[Chip, ...] = ()
    found: Found | None = None
    hidden: tuple[tuple[str, str], ...] = ()
    ways: tuple[Way, ...] = ()
    path: str = "/-/search"

    @property
    def suggest_url(self) -> str:
        """Where the box asks for suggestions."""
        return "/-/search/suggest"


@dataclass(frozen=True, slots=True)
class Select:
    """A select of the policy library."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """政策文件库: policy documents by their elements (P11-06)."""

    site: SiteFrame
    stylesheet: str
    script: str
    query: str = ""
    number: str = ""
    selects: tuple[Select, ...] = ()
    scopes: tuple[Choice, ...] = ()
    problem: str = ""
    found: Found | None = None
    chips: tuple[Chip, ...] = ()
    path: str = "/-/search/policies"

    @property
    def suggest_url(self) -> str:
        """Where the box asks for suggestions."""
        return "/-/search/suggest"
