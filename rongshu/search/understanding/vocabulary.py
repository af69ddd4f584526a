"""The words that a query is understood by: our seed, and what editors have added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from rongshu.search.analysis import normalise
from rongshu.search.analysis.segmenting import SEED, listed

SYNONYMS: Final = SEED / "synonyms.txt"
SPOKEN: Final = SEED / "spoken.txt"
# Full names of departments are seldom longer.
_LONGEST: Final = 20


@dataclass(frozen=True)
class Vocabulary:
    """Words of one meaning (by word: what would do as well), words that say nothing, names of regions."""

    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spoken: frozenset[str] = frozenset()
    stop_words: frozenset[str] = frozenset()
    """Words of editors that are not looked for while there are others."""
    regions: Mapping[str, str] = field(default_factory=dict)
    """Code by name and short name."""

    def is_filler(self, word: str) -> bool:
        """Whether a word says nothing of what is looked for."""
        return word in self.spoken or word in self.stop_words

    def with_sets(self, sets: Iterable[tuple[Iterable[str], Iterable[str]]]) -> Vocabulary:
        """Return this vocabulary with further sets: words, and what they lead to (nothing: each other)."""
        return replace(self, variants=_joined(self.variants, sets))

    def within(self, text: str) -> list[tuple[int, str, tuple[str, ...]]]:
        """Return the words with variants that stand in a text (place, word, variants), the longest first."""
        found: list[tuple[int, str, tuple[str, ...]]] = []
        at = 0
        while at < len(text):
            word = self._longest_at(text, at)
            if word:
                found.append((at, word, self.variants[word]))
            at += len(word) or 1
        return found

    def _longest_at(self, text: str, at: int) -> str:
        ends = range(min(len(text), at + _LONGEST), at + 1, -1)
        return next((text[at:end] for end in ends if text[at:end] in self.variants), "")


@cache
def seeded() -> Vocabulary:
    """The vocabulary that comes with the product."""
    spoken = frozenset(normalise(word) for line in listed(SPOKEN) for word in line.split())
    return Vocabulary(spoken=spoken).with_sets(map(parse_set, listed(SYNONYMS)))


def parse_set(line: str) -> tuple[list[str], list[str]]:
    """Read a line: `a b` are of one meaning, `a b > c d` leads from a and b to c and d."""
    words, _, others = line.partition(">")
    return words.split(), others.split()


def _joined(
    before: Mapping[str, tuple[str, ...]], sets: Iterable[tuple[Iterable[str], Iterable[str]]]
) -> dict[str, tuple[str, ...]]:
    joined: dict[str, list[str]] = {word: list(variants) for word, variants in before.items()}
    for words, others in sets:
        ours, theirs = [normalise(one) for one in words], [normalise(one) for one in others]
        for word in ours:
            joined.setdefault(word, []).extend(one for one in (theirs or ours) if one != word)
    return {word: tuple(dict.fromkeys(variants)) for word, variants in joined.items() if variants}
