"""Looking for characters that another one would suit much better: by neighbours, then by words.

Three steps, each on what the one before left over: pairs of neighbours for every place (vectorised), triples
for the best replacements, words for the few that remain. A logistic function of the evidence decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rongshu.inspection.typos.knowledge import BEGIN, END, Floats, Ids, Knowledge, knowledge

_ODD: Final = -14.0  # a place is looked at when its two pairs are, together, this unlikely
_PAIR_GAIN: Final = 3.5
_TRIPLE_GAIN: Final = 4.0
_PER_PLACE: Final = 5
_KEPT: Final = 3
_LONGEST: Final = 5
_BESIDE: Final = 3  # characters to either side that are divided into words
_RARE_SIGN: Final = -16.5
_COMMON: Final = 3000  # numbers of characters are ranks by frequency
_NEARBY: Final = 8
_RARE_NEARBY: Final = 4


# Places, replacements, ways, gains, and how likely what is written there is.
_LeftOver = tuple[Ids, Ids, NDArray[np.uint8], Floats, Floats]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for `right` instead of the character at `place`."""

    place: int
    right: str
    way: int  # 0 same sound, 1 blurred sound, 2 same shape
    gain: float  # of the logarithm of the probability, by neighbours
    likelihood: float  # of what is written
    word_gain: float  # of the best division into words
    word: str  # the longest word that comes about
    word_frequency: float
    written_length: int  # of the longest word at the place as written
    written_frequency: float
    sign_frequency: float
    right_frequency: float


def scan(text: str, codes: NDArray[np.uint32]) -> list[Evidence]:
    """Return the evidence for every place where a replacement is worth a thought.

    `codes` are the numbers of the characters of `text`.
    """
    known = knowledge()
    if len(text) < 2:
        return []
    around = _Surroundings(codes, known)
    return _by_words(text, around, known, _by_triples(around, known, *_by_pairs(around, known)))


class _Surroundings:
    """The numbers of the characters two to the left and right of each; ends of runs are BEGIN and END."""

    def __init__(self, codes: NDArray[np.uint32], known: Knowledge) -> None:
        ids = known.number[np.where(codes < 0x10000, codes, 0)]
        self.ids = ids
        self.sound_text = ~_is_garbled(codes, ids)
        padded = np.concatenate([[-1, -1], ids, [-1, -1]])
        self.left = np.where(padded[1:-3] < 0, BEGIN, padded[1:-3])
        self.left2 = np.where((padded[:-4] < 0) | (self.left == BEGIN), BEGIN, padded[:-4])
        self.right = np.where(padded[3:-1] < 0, END, padded[3:-1])
        self.right2 = np.where((padded[4:] < 0) | (self.right == END), END, padded[4:])


def _is_garbled(codes: NDArray[np.uint32], ids: Ids) -> NDArray[np.bool_]:
    """Whether a place stands among rare characters: text decoded wrongly, names, classical prose."""
    is_han = (codes >= 0x4E00) & (codes <= 0x9FFF)
    is_rare = is_han & ((ids < 0) | (ids > _COMMON)) | ((codes >= 0xE000) & (codes <= 0xF8FF))
    upto = np.concatenate([[0], np.cumsum(is_rare)])
    here = np.arange(len(codes))
    near = upto[np.minimum(here + _NEARBY + 1, len(codes))] - upto[np.maximum(here - _NEARBY, 0)]
    return np.asarray(near >= _RARE_NEARBY, dtype=np.bool_)


def _by_pairs(around: _Surroundings, known: Knowledge) -> tuple[Ids, Ids, NDArray[np.uint8]]:
    """Return (place, replacement, way) where the pairs alone gain enough, the best few of each place."""
    inside = np.flatnonzero(around.ids >= 0)
    left, sign, right = around.left[inside], around.ids[inside], around.right[inside]
    written = np.log(known.given_one(left, sign)) + np.log(known.given_one(sign, right))
    odd = (written < _ODD) & around.sound_text[inside]
    inside, written = inside[odd], written[odd]
    counts = known.offsets[around.ids[inside] + 1] - known.offsets[around.ids[inside]]
    starts = np.cumsum(counts) - counts
    row = np.repeat(np.arange(len(inside)), counts)
    source = known.offsets[around.ids[inside]][row] + np.arange(len(row)) - starts[row]
    # No probability exceeds one: where the first alone is too small, the second is not looked up.
    first = known.given_one(left[odd][row], known.others[source])
    enough = np.flatnonzero(first > np.exp(written + _PAIR_GAIN)[row])
    row, source, first = row[enough], source[enough], first[enough]
    places, others = inside[row], known.others[source]
    gain = np.log(first * known.given_one(others, right[odd][row])) - written[row]
    better = np.flatnonzero(gain > _PAIR_GAIN)
    better = better[np.lexsort((-gain[better], places[better]))]
    better = better[_rank(places[better]) < _PER_PLACE]
    return places[better], others[better], known.ways[source[better]]


def _rank(places: Ids) -> Ids:
    """Return how many equal places stand before each one (places are sorted)."""
    if not len(places):
        return places
    starts = np.flatnonzero(np.concatenate([[True], places[1:] != places[:-1]]))
    return np.asarray(np.arange(len(places)) - np.repeat(starts, np.diff(np.append(starts, len(places)))))


def _likelihood(around: _Surroundings, known: Knowledge, places: Ids, signs: Ids) -> Floats:
    left2, left = around.left2[places], around.left[places]
    right, right2 = around.right[places], around.right2[places]
    at_begin, at_end = left == BEGIN, right == END
    own = np.where(at_begin, known.given_one(left, signs), known.given_two(left2, left, signs))
    following = known.given_two(left, signs, right)
    last = np.where(at_end, 1, known.given_two(signs, right, right2))
    return np.asarray(np.log(own) + np.log(following) + np.log(last), dtype=np.float32)


def _by_triples(
    around: _Surroundings, known: Knowledge, places: Ids, others: Ids, ways: NDArray[np.uint8]
) -> _LeftOver:
    distinct, row = np.unique(places, return_inverse=True)
    both = _likelihood(
        around, known, np.concatenate([distinct, places]), np.concatenate([around.ids[distinct], others])
    )
    written = both[: len(distinct)][row]
    gains = both[len(distinct) :] - written
    order = np.lexsort((-gains, places))
    order = order[gains[order] > _TRIPLE_GAIN]
    order = order[_rank(places[order]) < _KEPT]
    return places[order], others[order], ways[order], gains[order], written[order]


def _by_words(text: str, around: _Surroundings, known: Knowledge, left_over: _LeftOver) -> list[Evidence]:
    found: list[Evidence] = []
    seat, written = _Seat("", 0, known), _NOTHING
    signs, logs = known.signs, known.log_one
    for place, right, way, gain, likelihood in zip(*(one.tolist() for one in left_over), strict=True):
        if place != seat.place or not seat.text:
            seat, written = _Seat(text, place, known), _NOTHING
        spans = seat.spans(signs[right])
        if not spans:
            continue
        if written is _NOTHING:
            written = seat.filled(text[place], seat.spans(text[place]))
        made = seat.filled(signs[right], spans)
        found.append(
            Evidence(
                place, signs[right], way, gain, likelihood, made.division - written.division,
                made.word, made.frequency, len(written.word) or 1, written.frequency,
                logs[around.ids[place]].item(), logs[right].item(),
            )
        )  # fmt: skip
    return found


class _Filled(NamedTuple):
    """What a character at a place makes of its surroundings."""

    word: str  # the longest word over the place, the most frequent of its length
    frequency: float
    division: float  # the logarithm of the probability of the best division into words


_NOTHING: Final = _Filled("", 0.0, 0.0)
_Span = tuple[int, int, str, float]  # characters taken from the left and the right, the word, its frequency


class _Seat:
    """The surroundings of a place, and how they divide into words without it.

    Whatever stands at the place, one word of the best division holds it; the rest is divided once for all.
    """

    def __init__(self, text: str, place: int, known: Knowledge) -> None:
        self.text, self.place, self._known = text, place, known
        low, high = max(0, place - _LONGEST + 1), min(len(text), place + _LONGEST)
        self._left = [text[start:place] for start in range(place, low - 1, -1)]
        self._right = [text[place + 1 : stop] for stop in range(place + 1, high + 1)]

    def spans(self, sign: str) -> list[_Span]:
        """Return the words of two characters and more that hold the place when `sign` stands there."""
        frequency_of, found = self._known.words.get, list[_Span]()
        for taken, left in enumerate(self._left):
            start = left + sign
            for added, right in enumerate(self._right[: _LONGEST - taken]):
                word = start + right
                frequency = frequency_of(word)
                if frequency is not None and taken + added:
                    found.append((taken, added, word, frequency))
        return found

    def filled(self, sign: str, spans: list[_Span]) -> _Filled:
        """Return what `sign` at the place makes of it, given the words that come about."""
        before, after = self._beside
        alone = self._known.words.get(sign)
        division = before[0] + after[0] + (_RARE_SIGN if alone is None else alone - self._known.total)
        best, most = "", 0.0
        for taken, added, word, frequency in spans:
            if len(word) > len(best) or (len(word) == len(best) and frequency >= most):
                best, most = word, frequency
            if taken < len(before) and added < len(after):
                division = max(division, before[taken] + frequency - self._known.total + after[added])
        return _Filled(best, most, division)

    @cached_property
    def _beside(self) -> tuple[list[float], list[float]]:
        """How well the left divides without its last, the right without its first characters."""
        left = self.text[max(0, self.place - _BESIDE) : self.place]
        right = self.text[self.place + 1 : self.place + 1 + _BESIDE]
        return self._divisions(left)[::-1], self._divisions(right[::-1], step=-1)[::-1]

    def _divisions(self, text: str, step: int = 1) -> list[float]:
        """Return the logarithm of the best division of every beginning; words read by `step`."""
        frequency_of, total = self._known.words.get, self._known.total
        best = [0.0]
        for stop in range(1, len(text) + 1):
            alone = frequency_of(text[stop - 1])
            value = best[-1] + (_RARE_SIGN if alone is None else alone - total)
            for start in range(stop - 1):
                frequency = frequency_of(text[start:stop][::step])
                if frequency is not None:
                    value = max(value, best[start] + frequency - total)
            best.append(value)
        return best
