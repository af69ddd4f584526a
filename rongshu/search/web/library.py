"""政策文件库: policy documents by theme, genre, validity, year, number and level (P11-06)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from rongshu.publishing.web.framing import FramedSite, built_asset
from rongshu.search.engines.port import Sort
from rongshu.search.queries.searching import Reader, Results, search
from rongshu.search.web.asking import LONGEST, Asked
from rongshu.search.web.pages import Choice, LibraryPage, Select
from rongshu.search.web.presenting import FEEDS, chips, found

LIBRARY: Final = "/-/search/policies"
POLICY_TYPE: Final = "policy-document"
_PER_PAGE: Final = 20
_SELECTS: Final = (
    ("theme", "主题"), ("genre", "文种"), ("level", "层级"), ("year", "发布年份"), ("validity", "有效性"),
    ("organization", "发文机关"),
)  # fmt: skip


def policies(reader: Reader, asked: Asked) -> Results:
    """Search the policy documents of all sites; without words the newest come first."""
    query = _ordered(asked).query(scope="all", facets=tuple(name for name, _ in _SELECTS), limit=_PER_PAGE)
    return search(reader, replace(query, chosen={**query.chosen, "type": (POLICY_TYPE,)}))


def library_page(framed: FramedSite, asked: Asked, results: Results) -> LibraryPage:
    """Return the page of the library."""
    shown = replace(
        _ordered(asked), chosen={name: each for name, each in asked.chosen.items() if name != "type"}
    )
    listed = found(shown, replace(results, facets={}), LIBRARY)
    # A feed knows nothing of the library: what it leaves unsaid has to be in the address.
    feed = shown.toggled("type", POLICY_TYPE).changed(scope="all", sort=Sort.NEWEST)
    return LibraryPage(
        site=framed.bare,
        stylesheet=built_asset("search.css"),
        script=built_asset("search-page.js"),
        query=asked.text,
        number=asked.number,
        selects=tuple(_select(name, label, results) for name, label in _SELECTS if results.facets.get(name)),
        found=replace(
            listed,
            first_place=(asked.page - 1) * _PER_PAGE + 1,
            rss_url=feed.url(f"{FEEDS}.rss"),
            atom_url=feed.url(f"{FEEDS}.atom"),
        ),
        chips=chips(shown, results, LIBRARY),
    )


def _ordered(asked: Asked) -> Asked:
    """Without a word nothing is more relevant than anything else."""
    is_browsed = not asked.text and not asked.number and asked.sort is Sort.RELEVANCE
    return replace(asked, sort=Sort.NEWEST) if is_browsed else asked


def refused_library(framed: FramedSite, asked: Asked, problem: str) -> LibraryPage:
    """Return the form with what is wrong."""
    return LibraryPage(
        site=framed.bare,
        stylesheet=built_asset("search.css"),
        script=built_asset("search-page.js"),
        query=asked.text[:LONGEST],
        number=asked.number[:LONGEST],
        problem=problem,
    )


def _select(name: str, label: str, results: Results) -> Select:
    choices = [Choice(one.value, one.label, one.is_chosen, count=one.count) for one in results.facets[name]]
    return Select(name, label, tuple(choices))
