"""How a text divides into words around some places, for what stands there and for what might: vectorised.

One word of the best division holds the place; the rest is divided once for all. Divisions look at three
characters to either side, the longest word at four.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rongshu.inspection.typos.knowledge import POWERS, Hashes, Ids, Values, Words

LONGEST: Final = 5
_BESIDE: Final = 3
_RARE_SIGN: Final = -16.5
_OUTSIDE: Final = 0x1FFFFF  # no character: begins or ends no word
# Every word over the place as (characters before it, characters after it): the longest first, and of a length
# what begins furthest to the left.
_SPANS: Final = [
    (before, length - 1 - before) for length in range(LONGEST, 1, -1) for before in range(length - 1, -1, -1)
]
_LENGTHS: Final = np.array([before + after + 1 for before, after in _SPANS])
_INNER: Final = [place for place, span in enumerate(_SPANS) if max(span) <= _BESIDE]


@dataclass(frozen=True, slots=True)
class Divisions:
    """Of each place: the longest word over it, the most frequent of its length, and the best division."""

    span: Ids  # which of the spans
    length: Ids  # of the longest word; 1 where there is none
    probability: Values  # of the longest word, -inf where there is none
    division: Values

    def spans(self) -> list[tuple[int, int]]:
        """Return how many characters before and after each place belong to its longest word."""
        return [_SPANS[span] for span in self.span.tolist()]


def windows(codes: NDArray[np.uint32], places: Ids) -> Hashes:
    """Return the characters from four before to four after each place."""
    padded = np.full(len(codes) + 2 * LONGEST - 2, _OUTSIDE, dtype=np.uint64)
    padded[LONGEST - 1 : len(codes) + LONGEST - 1] = codes
    return np.asarray(padded[places[:, None] + np.arange(2 * LONGEST - 1)], dtype=np.uint64)


class Beside:
    """How what stands before and after each place divides, without what is taken from it."""

    def __init__(self, words: Words, window: Hashes) -> None:
        middle = LONGEST - 1
        left = window[:, middle - _BESIDE : middle]
        right = window[:, middle + _BESIDE : middle : -1]
        self.before = self._divided(words, left, is_backward=False)
        self.after = self._divided(words, right, is_backward=True)

    def _divided(self, words: Words, signs: Hashes, *, is_backward: bool) -> list[Values]:
        """Return the best division less 0, 1, 2 and 3 characters, counted from the place."""
        best = [np.zeros(len(signs))]
        for stop in range(1, _BESIDE + 1):
            value = best[stop - 1] + alone(words, signs[:, stop - 1])
            for start in range(stop - 1):
                part = signs[:, start:stop]
                own = words.probability(_hash(part[:, ::-1] if is_backward else part))
                value = np.maximum(value, best[start] + own)
            best.append(value)
        return best[::-1]


def _hash(signs: Hashes) -> Hashes:
    total = signs[:, 0]
    for place in range(1, signs.shape[1]):
        total = total + signs[:, place] * POWERS[place]
    return total


def alone(words: Words, signs: Hashes) -> Values:
    """Return the logarithm of the probability of single characters; nothing for what is no character."""
    found = words.probability(signs)
    return np.where(signs == _OUTSIDE, 0, np.where(np.isneginf(found), _RARE_SIGN, found))


def spans(words: Words, window: Hashes) -> Values:
    """Return the logarithm of the probability of every word over the middle, -inf where it is none."""
    middle = LONGEST - 1
    hashes = np.stack([_hash(window[:, middle - b : middle + a + 1]) for b, a in _SPANS])
    return words.probability(hashes).T


def divide(words: Words, window: Hashes, over: Values, beside: Beside, row: Ids) -> Divisions:
    """Return the longest words and best divisions of windows whose places are rows of `beside`."""
    before, after = [part[row] for part in beside.before], [part[row] for part in beside.after]
    length = np.where(np.isneginf(over), 0, _LENGTHS).max(axis=1, initial=0)
    span = np.where(length[:, None] == _LENGTHS, over, -np.inf).argmax(axis=1)
    division = before[0] + alone(words, window[:, LONGEST - 1]) + after[0]
    for place in _INNER:
        taken, added = _SPANS[place]
        division = np.maximum(division, before[taken] + over[:, place] + after[added])
    return Divisions(span, np.maximum(length, 1), over[np.arange(len(over)), span], division)
