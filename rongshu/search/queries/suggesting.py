"""Suggestions while somebody types: what others asked, and titles of what is in the index.

Words come from a small table in memory that is read again every few minutes; titles from the index, by
characters, by syllables and by initials.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import Final
from uuid import UUID

from django.db.models import Sum

from rongshu.foundation import clock
from rongshu.foundation.errors import Refusal
from rongshu.search import analysis
from rongshu.search.engines.choosing import engine
from rongshu.search.engines.clauses import All, Any, Boost, Clause, Constant, OneOf, Phrase, Prefix, Term
from rongshu.search.engines.port import EngineRequest, Hit
from rongshu.search.models import QueryCount
from rongshu.search.queries.hot_words import LEAST_ASKED, hidden_words
from rongshu.search.queries.names import NamedSite
from rongshu.search.queries.reaching import places_now
from rongshu.search.understanding.typing import begun_syllables

MOST: Final = 8
_MOST_WORDS: Final = 4
_FRESH_FOR: Final = 300.0
_WORDS_KEPT: Final = 5000
_LOOKED_AT: Final = 200
_LONGEST: Final = 40
# What people look for by name, before everything that only has a title.
_NAMED: Final = {
    "service-guide": "办事", "institution": "机构", "leader": "领导", "topic": "专题", "site": "网站",
    "column": "栏目", "organization": "机构", "policy-document": "文件",
}  # fmt: skip
_FIRST: Final = OneOf("type", ("service-guide", "institution", "leader", "topic"))


_Row = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line under the search box: a word to search for (`url` empty) or a page to open."""

    text: str
    kind: str  # word, page
    label: str
    url: str


def suggest(site_id: UUID, text: str) -> tuple[Suggestion, ...]:
    """Return what somebody who typed this may want, words before pages; never an error."""
    typed = analysis.normalise(text).strip()[:_LONGEST]
    if not typed:
        return ()
    words = _words_like(site_id, typed)[:_MOST_WORDS]
    try:
        pages = _pages(site_id, typed)
    except Refusal:
        pages = ()
    return (*words, *pages)[:MOST]


def _pages(site_id: UUID, typed: str) -> tuple[Suggestion, ...]:
    clause = titles_like(typed)
    if clause is None:
        return ()
    near = Constant(OneOf("site", (site_id.hex,)), 2.0)
    lifted = All((clause, Any((near, Constant(_FIRST, 4.0)), minimum=0)))
    answer = engine().search(EngineRequest(clause=lifted, limit=MOST, counted=False))
    places = places_now(answer.hits)
    shown: dict[str, Suggestion] = {}
    for hit in answer.hits:
        if hit.id in places:
            one = _page(hit, places[hit.id], site_id)
            shown.setdefault(one.text, one)
    return tuple(shown.values())


def titles_like(typed: str) -> Clause | None:
    """Titles by their characters; Latin letters may be initials or syllables, too."""
    characters = tuple(analysis.characters(typed))
    if not characters:
        return None
    letters = "".join(typed.split())
    whole = _in_title(characters)
    if not (letters.isascii() and letters.isalpha()):
        return whole
    found: list[Clause] = [
        whole,
        Boost(Term("title_initials", letters), 2.0),
        Prefix("title_initials", letters),
    ]
    syllables = begun_syllables(letters)
    if syllables:
        found.append(Boost(Phrase("title_pinyin", syllables), 2.0))
    return Any(tuple(found))


def _in_title(characters: tuple[str, ...]) -> Clause:
    """Chinese by its pairs: nearly as exact as their order, and some ten times as fast in many titles."""
    if len(characters) == 1:
        return Term("title_characters", characters[0])
    if all(map(analysis.is_han, characters)):
        return All(tuple(Term("title_pairs", one) for one in analysis.pairs("".join(characters))))
    return Phrase("title_characters", characters)


def _page(hit: Hit, places: Sequence[tuple[NamedSite, Mapping[str, str]]], site_id: UUID) -> Suggestion:
    """A page on the reader's own site if it is there."""
    here = site_id.hex
    site, place = min(places, key=lambda one: one[0].id != here)
    url = place["path"] if site.id == here else f"{site.base_url}{place['path']}"
    kind = str(hit.source.get("type") or hit.source.get("kind", ""))
    return Suggestion(place.get("title") or str(hit.source["title"]), "page", _NAMED.get(kind, ""), url)


def _words_like(site_id: UUID, typed: str) -> tuple[Suggestion, ...]:
    """Words that begin with what was typed, as characters, pinyin or initials, the most asked first."""
    begun = "".join(typed.split()) if typed.isascii() else typed
    table = _table()
    start = bisect_left(table, (begun,))
    alike = takewhile(lambda row: row[0].startswith(begun), table[start : start + _LOOKED_AT])
    found = sorted({(-count, word) for _, word, count in alike})
    hidden = hidden_words(site_id)
    words = [word for _, word in found if word not in hidden and word != typed]
    return tuple(Suggestion(word, "word", "", "") for word in words)


def _table() -> list[_Row]:
    """What may be typed, the word it begins, and how often that was asked in a month, in order."""
    read_at, table = _KEPT.get("words", (float("-inf"), []))
    if time.monotonic() - read_at > _FRESH_FOR:
        _KEPT["words"] = (time.monotonic(), table := _read_table())
    return table


def _read_table() -> list[_Row]:
    since = clock.today() - timedelta(days=30)
    asked = QueryCount.objects.filter(day__gte=since, kind=QueryCount.Kind.ASKED).values("text")
    rows = asked.annotate(total=Sum("count")).filter(total__gte=LEAST_ASKED).order_by("-total")
    fruitless = set(
        QueryCount.objects.filter(day__gte=since, kind=QueryCount.Kind.NOTHING).values_list("text", flat=True)
    )
    asked_for = {row["text"]: row["total"] for row in rows[:_WORDS_KEPT] if row["text"] not in fruitless}
    return sorted((typed, word, count) for word, count in asked_for.items() for typed in _ways_to_type(word))


def _ways_to_type(word: str) -> set[str]:
    """A word as it is; what is all Chinese, in pinyin and by its initials, too."""
    syllables = analysis.pinyin(word)
    if not syllables or len(syllables) != len(word) or word.isascii():
        return {word}
    return {word, "".join(syllables), "".join(one[0] for one in syllables)}


def forget_words() -> None:
    """Read the words again at the next suggestion."""
    _KEPT.clear()


_KEPT: Final[dict[str, tuple[float, list[_Row]]]] = {}
