"""What a reader asked, out of an address, and the addresses of every change he may make to it.

An unknown value is left out rather than refused: an address that was shared years ago still answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from rongshu.search.engines.port import Sort
from rongshu.search.queries.searching import SearchQuery

RESULTS: Final = "/-/search"
LONGEST: Final = 100
PER_PAGE: Final = 10
TOO_LONG: Final = f"搜索词过长，请不要超过 {LONGEST} 个字，用几个关键词代替整句话。"
NOTHING_ASKED: Final = "请给出搜索词，例如 ?q=公积金。"
MOST_VALUES: Final = 20
# What can be ticked, and how it is called, in the order in which it is shown.
FACETS: Final = {
    "site": "网站", "level": "层级", "organization": "部门", "type": "信息类型", "theme": "主题",
    "genre": "文种", "year": "发布年份", "validity": "有效性", "origin": "来源平台",
}  # fmt: skip
AS_TYPED: Final = "typed"
SCOPES: Final = ("site", "city", "province", "all")
_VALUE: Final = re.compile(r"[\w.:〔〕\-]{1,64}")
_CURSOR: Final = re.compile(r"[\w.,:=~+/\-]{1,400}")
_CONTROL: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search as its address says it. `page` only counts for the reader; `after` is what pages."""

    text: str = ""
    within: str = ""
    scope: str = ""
    sort: Sort = Sort.RELEVANCE
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    number: str = ""
    as_typed: bool = False
    published_from: date | None = None
    published_until: date | None = None
    after: str = ""
    page: int = 1

    @property
    def is_too_long(self) -> bool:
        """Whether this is longer than anybody's question."""
        return len(self.text) > LONGEST or len(self.within) > LONGEST or len(self.number) > LONGEST

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked or chosen."""
        is_dated = self.published_from or self.published_until
        return not (self.text or self.within or self.number or self.chosen or is_dated)

    def changed(self, **changes: object) -> Asked:
        """The same search with something else; it begins at its first page again."""
        return replace(self, **{"after": "", "page": 1, **changes})  # type: ignore[arg-type]

    def toggled(self, facet: str, value: str) -> Asked:
        """The same search with a value of a facet ticked, or no longer."""
        before = self.chosen.get(facet, ())
        values = tuple(one for one in before if one != value) if value in before else (*before, value)
        rest = {name: kept for name, kept in self.chosen.items() if name != facet}
        return self.changed(chosen={**rest, facet: values} if values else rest)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Name and value of everything that was asked."""
        yield from (("q", self.text),) if self.text else ()
        yield from (("in", self.within),) if self.within else ()
        yield from (("scope", self.scope),) if self.scope else ()
        yield from (("number", self.number),) if self.number else ()
        yield from (("as", AS_TYPED),) if self.as_typed else ()
        for name in FACETS:
            yield from ((name, value) for value in self.chosen.get(name, ()))
        yield from (("from", self.published_from.isoformat()),) if self.published_from else ()
        yield from (("until", self.published_until.isoformat()),) if self.published_until else ()
        yield from (("sort", self.sort.value),) if self.sort is not Sort.RELEVANCE else ()
        yield from (("after", self.after), ("page", str(self.page))) if self.after else ()

    def url(self, path: str = RESULTS) -> str:
        """The address of this search."""
        pairs = urlencode(list(self.pairs()))
        return f"{path}?{pairs}" if pairs else path

    def query(self, *, scope: str, facets: tuple[str, ...], limit: int = PER_PAGE) -> SearchQuery:
        """What the search is asked."""
        text = " ".join(filter(None, (self.text, f"文号:{self.number}" if self.number else "")))
        return SearchQuery(
            text=text,
            scope=scope,
            chosen=self.chosen,
            published_from=self.published_from,
            published_until=self.published_until,
            within=self.within,
            sort=self.sort,
            after=self.after or None,
            limit=limit,
            facets=facets,
            as_typed=self.as_typed,
        )


def asked(parameters: QueryDict) -> Asked:
    """Read an address."""
    sort = parameters.get("sort", "")
    page = parameters.get("page", "")
    after = parameters.get("after", "")
    is_paged = bool(_CURSOR.fullmatch(after))
    return Asked(
        text=one_line(parameters.get("q", "")),
        within=one_line(parameters.get("in", "")),
        scope=scope if (scope := parameters.get("scope", "")) in SCOPES else "",
        sort=Sort(sort) if sort in {one.value for one in Sort} else Sort.RELEVANCE,
        chosen={name: values for name in FACETS if (values := _values(parameters, name))},
        number=one_line(parameters.get("number", "")),
        as_typed=parameters.get("as") == AS_TYPED,
        published_from=_day(parameters.get("from", "")),
        published_until=_day(parameters.get("until", "")),
        after=after if is_paged else "",
        page=int(page) if is_paged and page.isdecimal() and 1 < len(page) + 1 <= 5 else 1,
    )


def one_line(text: str) -> str:
    """A text without control characters and needless blanks."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _values(parameters: QueryDict, name: str) -> tuple[str, ...]:
    found = (value for value in parameters.getlist(name) if _VALUE.fullmatch(value))
    return tuple(dict.fromkeys(found))[:MOST_VALUES]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
