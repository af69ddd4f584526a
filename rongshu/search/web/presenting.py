"""From what was found to what a page shows: labels, addresses, hints."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlencode

from rongshu.publishing.web.framing import FramedSite, built_asset
from rongshu.search.engines.port import Sort
from rongshu.search.queries.letters import letters_path
from rongshu.search.queries.searching import FacetValue, Results
from rongshu.search.web.asking import FACETS, PER_PAGE, RESULTS, Asked
from rongshu.search.web.pages import (
    Chip,
    Choice,
    Facet,
    FacetChoice,
    Found,
    Heard,
    SearchedPage,
    Way,
)
from rongshu.search.web.scopes import scope_choices

_FIRST: Final = 6
_MOST_VALUES: Final = 30
_ORDERS: Final = ((Sort.RELEVANCE, "按相关度"), (Sort.NEWEST, "按时间"), (Sort.OLDEST, "从早到晚"))
FEEDS: Final = "/-/search/feed"


def searched_page(
    framed: FramedSite, asked: Asked, scope: str, results: Results | None, *, hot_words: Iterable[str] = ()
) -> SearchedPage:
    """Return the page of results, or the form when nothing was looked for."""
    is_first = asked.page == 1
    return SearchedPage(
        site=framed.bare,
        stylesheet=built_asset("search.css"),
        script=built_asset("search-page.js"),
        query=asked.text,
        within=asked.within,
        scopes=scope_choices(framed.site, scope),
        hot_words=() if results else _hot_words(framed, hot_words),
        hints=_hints(results) if results else (),
        did_you_mean=_meant(asked, results) if results else None,
        heard=_heard(asked, results) if results else None,
        answers=results.direct_answers if results and is_first else (),
        chips=chips(asked, results, RESULTS) if results else (),
        found=found(asked, results, RESULTS) if results else None,
        hidden=tuple(pair for pair in asked.changed(within="").pairs()),
        ways=_ways(framed, asked, scope) if results and not results.total else (),
    )


def refused_page(framed: FramedSite, asked: Asked, scope: str, problem: str, length: int) -> SearchedPage:
    """Return the form with what is wrong and what was typed, as far as it fits."""
    return SearchedPage(
        site=framed.bare,
        stylesheet=built_asset("search.css"),
        script=built_asset("search-page.js"),
        query=asked.text[:length],
        scopes=scope_choices(framed.site, scope),
        problem=problem,
    )


def found(asked: Asked, results: Results, path: str) -> Found:
    """Return what was found with the addresses that lead on."""
    following = asked.changed(after=results.next, page=asked.page + 1) if results.next else None
    feed = asked.changed(sort=Sort.NEWEST)
    return Found(
        hits=results.hits,
        total=results.total,
        is_total_exact=results.is_total_exact,
        first_place=(asked.page - 1) * PER_PAGE + 1,
        facets=tuple(_facets(asked, results, path)),
        orders=tuple(
            Choice(sort.value, label, sort is asked.sort, asked.changed(sort=sort).url(path))
            for sort, label in _ORDERS
        ),
        next_url=following.url(path) if following else "",
        first_url=asked.changed().url(path),
        rss_url=feed.url(f"{FEEDS}.rss"),
        atom_url=feed.url(f"{FEEDS}.atom"),
        page=asked.page,
    )


def chips(asked: Asked, results: Results, path: str) -> tuple[Chip, ...]:
    """Return every choice that is in force."""
    shown: list[Chip] = []
    for name, values in asked.chosen.items():
        labels = {one.value: one.label for one in results.facets.get(name, ())}
        shown += [
            Chip(FACETS[name], asked.toggled(name, value).url(path), labels.get(value, value))
            for value in values
        ]
    if asked.within:
        shown.append(Chip("结果中含", asked.changed(within="").url(path), typed=asked.within))
    if asked.published_from:
        url = asked.changed(published_from=None).url(path)
        shown.append(Chip("发布日期不早于", url, typed=asked.published_from.isoformat()))
    if asked.published_until:
        url = asked.changed(published_until=None).url(path)
        shown.append(Chip("发布日期不晚于", url, typed=asked.published_until.isoformat()))
    return tuple(shown)


def _facets(asked: Asked, results: Results, path: str) -> Iterable[Facet]:
    bare = asked.changed().url(path)
    # A page has a hundred of these addresses: what they share is written once.
    ticking = f"{bare}{'&' if '?' in bare else '?'}"
    for name, label in FACETS.items():
        values = results.facets.get(name, ())[:_MOST_VALUES]
        # One value that everything has narrows nothing.
        if len(values) < 2 and not any(one.is_chosen for one in values):
            continue
        choices = [_facet_choice(asked, name, one, path, ticking) for one in values]
        yield Facet(name, label, tuple(choices[:_FIRST]), tuple(choices[_FIRST:]))


def _facet_choice(asked: Asked, name: str, one: FacetValue, path: str, ticking: str) -> FacetChoice:
    is_off = one.value not in asked.chosen.get(name, ())
    url = f"{ticking}{name}={_quoted(one.value)}" if is_off else asked.toggled(name, one.value).url(path)
    return FacetChoice(one.label, one.count, url, one.is_chosen)


# Every page has the same hundred values.
_quoted: Final = lru_cache(maxsize=10_000)(quote)


def _hot_words(framed: FramedSite, words: Iterable[str]) -> tuple[Choice, ...]:
    """What editors placed or many asked; else the links that the site's header has."""
    learned = tuple(Choice(word, word, url=f"{RESULTS}?{urlencode({'q': word})}") for word in words)
    return learned or tuple(Choice(one.text, one.text, url=one.url) for one in framed.frame.hot_words)


def _meant(asked: Asked, results: Results) -> Way | None:
    text = results.did_you_mean
    return Way(text, asked.changed(text=text, as_typed=False).url()) if text and text != asked.text else None


def _heard(asked: Asked, results: Results) -> Heard | None:
    return Heard(results.heard, asked.text, asked.changed(as_typed=True).url()) if results.heard else None


def _hints(results: Results) -> tuple[str, ...]:
    hint = results.understood.hint if results.understood else ""
    return (hint,) if hint else ()


def _ways(framed: FramedSite, asked: Asked, scope: str) -> tuple[Way, ...]:
    """Where to look on when nothing was found."""
    ways = []
    if asked.chosen or asked.published_from or asked.published_until or asked.within:
        bare = asked.changed(chosen={}, published_from=None, published_until=None, within="")
        ways.append(Way("取消全部筛选条件再搜一次", bare.url()))
    if scope != "all":
        ways.append(Way("到全部网站搜索", asked.changed(scope="all").url()))
    if letters := letters_path(framed.site.pk):
        ways.append(Way("写信咨询主办单位", letters))
    return tuple(ways)
