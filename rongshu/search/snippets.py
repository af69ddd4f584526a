"""What of a text is shown with a result, and where the words that were looked for stand in it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Final

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from rongshu.search import analysis

_LENGTH: Final = 120
_BEFORE: Final = 24
_LONGEST_LOOKED_AT: Final = 20_000
_MOST_TERMS: Final = 24


class Highlighter:
    """Marks words in texts; made once for a query."""

    def __init__(self, terms: Iterable[str]) -> None:
        known = sorted(dict.fromkeys(term for term in terms if term.strip()), key=len, reverse=True)
        self._finder = _finder(known[:_MOST_TERMS]) if known else None
        self._are_words = all(map(str.isalnum, known))
        # Whether the words are in a text is asked before the stretch of it is chosen.
        self._found: dict[str, list[tuple[int, int]]] = {}

    def mark(self, text: str) -> str:
        """Return the text as HTML, with <mark> around the words."""
        pieces, end = [], 0
        for start, until in self._places(text):
            pieces += [html.escape(text[end:start]), "<mark>", html.escape(text[start:until]), "</mark>"]
            end = until
        return "".join((*pieces, html.escape(text[end:])))

    def snippet(self, text: str, length: int = _LENGTH) -> str:
        """Return the stretch of a text in which most of the words stand, as HTML; else its beginning."""
        places = self._places_in(text)
        begin = _best_begin(text, places, length) if places else 0
        stretch = " ".join(text[begin : begin + length].split())
        return ("…" if begin else "") + self.mark(stretch) + ("…" if begin + length < len(text) else "")

    def is_in(self, text: str) -> bool:
        """Whether any of the words stands in a text."""
        return bool(self._places_in(text))

    def _places_in(self, text: str) -> list[tuple[int, int]]:
        if text not in self._found:
            self._found[text] = self._places(text[:_LONGEST_LOOKED_AT])
        return self._found[text]

    def _places(self, text: str) -> list[tuple[int, int]]:
        if self._finder is None or not text:
            return []
        is_ready = self._are_words and analysis.is_plain(text)
        compared = text.lower() if is_ready else _comparable(text)
        return _joined([(start, end) for _, start, end in self._finder.find_matches_as_indexes(compared)])


def _finder(terms: Sequence[str]) -> AhoCorasick:
    """What finds the terms, of those that begin at one place the longest.

    Each question has its own: an expression of as many words takes five times as long to compile.
    """
    return AhoCorasick(
        terms, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.NoncontiguousNFA
    )


def _comparable(text: str) -> str:
    """The text as it is compared, place by place: another length would mark the wrong characters."""
    normal = analysis.normalise(text)
    return normal if len(normal) == len(text) else text.lower()


def _joined(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighbouring words are one mark."""
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _best_begin(text: str, places: Sequence[tuple[int, int]], length: int) -> int:
    """Where the window begins that holds most of what is marked; the first of equals."""
    best, best_weight = places[0][0], -1
    last, weight = 0, 0
    for first, (start, end) in enumerate(places):
        while last < len(places) and places[last][1] <= start + length - _BEFORE:
            weight += places[last][1] - places[last][0]
            last += 1
        if weight > best_weight:
            best, best_weight = start, weight
        if last > first:
            weight -= end - start
        else:
            last = first + 1
    return _sentence_begin(text, best)


def _sentence_begin(text: str, place: int) -> int:
    """A little before the place, behind the end of a sentence where there is one near."""
    earliest = max(0, place - _BEFORE)
    ends = [found.end() for found in _ENDS.finditer(text, earliest, place)]
    return ends[-1] if ends else earliest


_ENDS: Final = re.compile(r"[。！？；\n]")
