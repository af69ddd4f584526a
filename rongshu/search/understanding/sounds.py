"""Words by how they sound: from syllables, or from initials, to the likeliest words.

Made of the words of an index and in how many documents each stands, so that what is heard is also there.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from rongshu.search.analysis import pinyin
from rongshu.search.analysis.segmenting import is_han

_LONGEST: Final = 10
# Two initials may stand for hundreds of words: only for those of the dictionary, which people do shorten.
LEAST_INITIALS: Final = 3
_NOWHERE: Final = 0.1


class Sounds:
    """The words of an index by their sound. `ours`: those of the dictionary and of the sets of synonyms.

    One of ours that is nowhere in the index is heard where nothing else sounds so: it has synonyms.
    """

    def __init__(self, counts: Mapping[str, int], ours: Collection[str] = ()) -> None:
        self._counts = {**dict.fromkeys(ours, 0), **counts}
        self._total = 1 + sum(counts.values())
        self._words: dict[tuple[str, ...], str] = {}
        self._initials: dict[str, str] = {}
        sounding = list(_sounding(self._counts))
        for word, syllables in sounding:
            self._words.setdefault(syllables, word)
        # People shorten what they deal with: 公积金 rather than the far more common 国家级.
        for word, syllables in sorted(sounding, key=lambda one: one[0] not in ours):
            if word in counts and (word in ours or len(word) >= LEAST_INITIALS):
                self._initials.setdefault("".join(one[0] for one in syllables), word)

    def count(self, word: str) -> int:
        """Return in how many documents a word stands, roughly."""
        return self._counts.get(word, 0)

    def word(self, syllables: Sequence[str]) -> str:
        """Return the most common word that sounds so, "" where there is none."""
        return self._words.get(tuple(syllables), "")

    def shortened(self, initials: str) -> str:
        """Return the word that people most likely shorten so, "" where there is none."""
        return self._initials.get(initials, "")

    def words(self, syllables: Sequence[str]) -> tuple[str, ...]:
        """Return the likeliest row of words that sounds so as a whole; () where none is of words mainly."""
        best: list[tuple[float, tuple[str, ...]] | None] = [(0.0, ()), *([None] * len(syllables))]
        for end in range(1, len(syllables) + 1):
            rows = list(self._rows(syllables, end, best))
            best[end] = max(rows) if rows else None
        found = best[-1]
        row = found[1] if found else ()
        in_words = sum(len(word) for word in row if len(word) > 1)
        return row if 2 * in_words > len(syllables) else ()

    def _rows(
        self, syllables: Sequence[str], end: int, best: Sequence[tuple[float, tuple[str, ...]] | None]
    ) -> Iterator[tuple[float, tuple[str, ...]]]:
        """Every row up to `end` with its likelihood, as if words followed each other by chance."""
        for begin in range(max(0, end - _LONGEST), end):
            before, word = best[begin], self.word(syllables[begin:end])
            if before is not None and word:
                share = max(self._counts[word], _NOWHERE) / self._total
                yield before[0] + math.log(share), (*before[1], word)


def _sounding(counts: Mapping[str, int]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Words of Han characters with their syllables, the most common first."""
    for word in sorted(counts, key=lambda one: (-counts[one], one)):
        if 0 < len(word) <= _LONGEST and all(map(is_han, word)):
            syllables = tuple(pinyin(word))
            if len(syllables) == len(word):
                yield word, syllables
