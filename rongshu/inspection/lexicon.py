"""The words a text is checked against: terms to find, phrases that must stand exactly, leaders, exceptions.

A lexicon is immutable and has a version: the digest of what it holds. Words are literal; there are no
patterns, hence no pattern that could run for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import ahocorasick_rs

from rongshu.inspection.findings import Severity, Tier
from rongshu.inspection.found_right import FoundRight

LONGEST_WORD: Final = 60
_MIDDLE: Final = 20_000
_LARGE: Final = 100_000


@dataclass(frozen=True, slots=True)
class Term:
    """A word that is wrong, banned or sensitive.

    `suggestion` is what to write instead, or advice that begins with 请. `unless`: words within which it
    is right (the longer word covers it).
    """

    word: str
    class_: str = "E4"
    severity: Severity = Severity.GENERAL
    tier: Tier = Tier.CERTAIN
    suggestion: str = ""
    reason: str = ""
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name or formula that must stand exactly as it is: what differs from it by one character is wrong."""

    word: str
    class_: str = "E3"
    severity: Severity = Severity.SEVERE


@dataclass(frozen=True, slots=True)
class Leader:
    """A leader by name, with the posts held and the place in the order."""

    name: str
    rank: int
    posts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lexicon:
    """Everything a text is checked against."""

    version: str
    terms: Sequence[Term] = ()
    phrases: Sequence[Phrase] = ()
    leaders: Sequence[Leader] = ()
    sources: frozenset[str] = frozenset()
    excepted: frozenset[FoundRight] = frozenset()
    names: Sequence[str] = ()
    base: Lexicon | None = field(default=None)

    @cached_property
    def matcher(self) -> WordMatcher:
        """The terms, compiled."""
        return WordMatcher([term.word for term in self.terms])

    @cached_property
    def name_matcher(self) -> WordMatcher:
        """The names, compiled."""
        return WordMatcher(self.names)

    @cached_property
    def layers(self) -> tuple[Lexicon, ...]:
        """This lexicon and those it stands on: each compiled once, however many tenants share it."""
        return (self, *(self.base.layers if self.base else ()))

    @cached_property
    def all_excepted(self) -> dict[tuple[str, str], list[FoundRight]]:
        """The exceptions of every layer, by rule and text."""
        known: dict[tuple[str, str], list[FoundRight]] = {}
        for layer in self.layers:
            for one in layer.excepted:
                known.setdefault((one.rule_code, one.text), []).append(one)
        return known

    @cached_property
    def all_sources(self) -> frozenset[str]:
        """The admitted sources of every layer."""
        return frozenset().union(*(layer.sources for layer in self.layers))

    def named(self, text: str) -> list[tuple[int, int]]:
        """Return where names and words stand that are right as they are."""
        return [(start, end) for layer in self.layers for _, start, end in layer.name_matcher.find(text)]

    def excepts(self, rule_code: str, text: str, start: int, end: int) -> bool:
        """Whether a person has found `text[start:end]` right under this rule, in these surroundings."""
        if not self.all_excepted:
            return False
        word = text[start:end]
        known = (*self.all_excepted.get((rule_code, word), ()), *self.all_excepted.get(("", word), ()))
        return any(one.holds_at(text, start, end) for one in known)


class WordMatcher:
    """All words at once, overlapping matches included."""

    def __init__(self, words: Sequence[str]) -> None:
        self._automaton: ahocorasick_rs.AhoCorasick | None = None
        self._table: _PrefixTable | None = None
        if len(words) > _LARGE:
            self._table = _PrefixTable(words)
        elif words:
            # The double array costs most to build; above some size the contiguous automaton is enough.
            size = ahocorasick_rs.Implementation
            kind = size.ContiguousNFA if len(words) > _MIDDLE else size.DFA
            self._automaton = ahocorasick_rs.AhoCorasick(words, implementation=kind, store_patterns=False)

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """Return (index of the word, start, end) of every occurrence."""
        if self._automaton is not None:
            return self._automaton.find_matches_as_indexes(text, overlapping=True)
        return self._table.find(text) if self._table is not None else []


class _PrefixTable:
    """Words by themselves, and by their first two characters the lengths to try.

    An automaton over a million words takes half a minute to build; this takes a second and is as exact.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._places = {word: place for place, word in enumerate(words)}
        lengths: dict[str, set[int]] = {}
        for word in words:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {prefix: tuple(sorted(some)) for prefix, some in lengths.items()}

    def find(self, text: str) -> list[tuple[int, int, int]]:
        found, places, lengths = list[tuple[int, int, int]](), self._places, self._lengths
        for start in range(len(text)):
            for prefix in {text[start], text[start : start + 2]}:
                for length in lengths.get(prefix, ()):
                    place = places.get(text[start : start + length])
                    if place is not None and start + length <= len(text):
                        found.append((place, start, start + length))
        return found


def version_of(parts: Iterable[str]) -> str:
    """Return the version of a lexicon that holds these lines."""
    state = hashlib.sha256()
    for part in parts:
        state.update(part.encode())
        state.update(b"\n")
    return state.hexdigest()[:16]
