"""Looking for characters that another one would suit much better: by neighbours, then by words.

Three steps, each on what the one before left over: pairs of neighbours for every place (vectorised), triples
for the best replacements, words for the few that remain. A logistic function of the evidence decides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rongshu.inspection.typos.knowledge import BEGIN, END, Floats, Ids, Knowledge, knowledge

_ODD: Final = -14.0  # a place is looked at when its two pairs are, together, this unlikely
_PAIR_GAIN: Final = 3.5
_TRIPLE_GAIN: Final = 4.0
_PER_PLACE: Final = 5
_KEPT: Final = 3
_LONGEST: Final = 5
_RARE_SIGN: Final = -16.5
_COMMON: Final = 3000  # numbers of characters are ranks by frequency
_NEARBY: Final = 8
_RARE_NEARBY: Final = 4


_LeftOver = tuple[Ids, Ids, NDArray[np.uint8], Floats]  # places, replacements, ways, gains


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


def scan(text: str) -> list[Evidence]:
    """Return the evidence for every place where a replacement is worth a thought."""
    known = knowledge()
    if len(text) < 2:
        return []
    around = _Surroundings(text, known)
    return _by_words(text, around, known, _by_triples(around, known, *_by_pairs(around, known)))


class _Surroundings:
    """The numbers of the characters two to the left and right of each; ends of runs are BEGIN and END."""

    def __init__(self, text: str, known: Knowledge) -> None:
        codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
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
    near = np.convolve(is_rare, np.ones(2 * _NEARBY + 1), "same")[: len(codes)]
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
    places, others = inside[row], known.others[source]
    product = known.given_one(around.left[places], others) * known.given_one(others, around.right[places])
    gain = np.log(product) - written[row]
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
    gains = _likelihood(around, known, places, others) - _likelihood(
        around, known, places, around.ids[places]
    )
    order = np.lexsort((-gains, places))
    order = order[gains[order] > _TRIPLE_GAIN]
    order = order[_rank(places[order]) < _KEPT]
    return places[order], others[order], ways[order], gains[order]


def _by_words(text: str, around: _Surroundings, known: Knowledge, left_over: _LeftOver) -> list[Evidence]:
    places, rights, ways, gains = left_over
    written_likelihood = _likelihood(around, known, places, around.ids[places])
    found: list[Evidence] = []
    last, before, word, covered = -1, 0.0, "", 0.0
    for row, place in enumerate(places.tolist()):
        low, high = max(0, place - 3), min(len(text), place + 4)
        if place != last:
            last, before = place, _division(text[low:high], known)
            word, covered = _longest_word(text, place, text[place], known)
        right = known.signs[rights[row]]
        made, frequency = _longest_word(text, place, right, known)
        if not made:
            continue
        after = _division(text[low:place] + right + text[place + 1 : high], known)
        found.append(
            Evidence(
                place, right, int(ways[row]), float(gains[row]), float(written_likelihood[row]),
                after - before, made, frequency, len(word) or 1, covered,
                math.log(float(known.p_one[around.ids[place]])), math.log(float(known.p_one[rights[row]])),
            )
        )  # fmt: skip
    return found


def _longest_word(text: str, place: int, sign: str, known: Knowledge) -> tuple[str, float]:
    """Return the longest word over a place where `sign` stands, the most frequent of its length."""
    window = text[max(0, place - _LONGEST + 1) : place] + sign + text[place + 1 : place + _LONGEST]
    at = min(place, _LONGEST - 1)
    words = known.words
    for length in range(_LONGEST, 1, -1):
        best, most = "", -1.0
        for start in range(max(0, at - length + 1), min(at, len(window) - length) + 1):
            frequency = words.get(window[start : start + length])
            if frequency is not None and frequency > most:
                best, most = window[start : start + length], frequency
        if best:
            return best, most
    return "", 0.0


def _division(text: str, known: Knowledge) -> float:
    """Return the logarithm of the probability of the best division into words."""
    words, total, length = known.words, known.total, len(text)
    best = [0.0] + [-1e9] * length
    for start in range(length):
        here = best[start] - total
        value = best[start] + (words[text[start]] - total if text[start] in words else _RARE_SIGN)
        best[start + 1] = max(best[start + 1], value)
        for stop in range(start + 2, min(start + _LONGEST, length) + 1):
            frequency = words.get(text[start:stop])
            if frequency is not None and here + frequency > best[stop]:
                best[stop] = here + frequency
    return best[length]
