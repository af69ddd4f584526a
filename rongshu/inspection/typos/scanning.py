"""Looking for characters that another one would suit much better: by neighbours, then by words.

Three steps, each on what the one before left over: pairs of neighbours for every place (vectorised), triples
for the best replacements, words for the few that remain. A logistic function of the evidence decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rongshu.inspection.typos.dividing import LONGEST, Beside, divide, spans, windows
from rongshu.inspection.typos.knowledge import BEGIN, END, Floats, Ids, Knowledge, knowledge

_ODD: Final = -14.0  # a place is looked at when its two pairs are, together, this unlikely
_PAIR_GAIN: Final = 3.5
_TRIPLE_GAIN: Final = 4.0
_PER_PLACE: Final = 5
_KEPT: Final = 3
_COMMON: Final = 3000  # numbers of characters are ranks by frequency
_NEARBY: Final = 8
_RARE_NEARBY: Final = 4


# Places, replacements, ways, gains, and how likely what is written there is.
_LeftOver = tuple[Ids, Ids, NDArray[np.uint8], Floats, Floats]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for `right` instead of the character at `place`."""

    place: int
    written: str
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
        self.codes, self.ids = codes, ids
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
    """Keep what makes a word, and compare how the text divides with and without it."""
    window = windows(around.codes, left_over[0])
    window[:, LONGEST - 1] = known.codes[left_over[1]]
    over = spans(known.words, window)
    makes = np.flatnonzero(~np.isneginf(over).all(axis=1))
    places, rights = left_over[0][makes], left_over[1][makes]
    ways, gains, likelihood = (part[makes] for part in left_over[2:])
    distinct, row = np.unique(places, return_inverse=True)
    as_written = windows(around.codes, distinct)
    beside, every = Beside(known.words, as_written), np.arange(len(distinct))
    written = divide(known.words, as_written, spans(known.words, as_written), beside, every)
    made = divide(known.words, window[makes], over[makes], beside, row)
    rows = zip(
        places.tolist(), rights.tolist(), ways.tolist(), gains.tolist(), likelihood.tolist(),
        (made.division - written.division[row]).tolist(), made.spans(),
        (made.probability + known.total).tolist(), written.length[row].tolist(),
        np.where(written.length > 1, written.probability + known.total, 0)[row].tolist(),
        known.log_one[around.ids[places]].tolist(), known.log_one[rights].tolist(), strict=True,
    )  # fmt: skip
    return [
        Evidence(
            place, text[place], known.signs[right], way, gain, unlikely, word_gain,
            text[place - before : place] + known.signs[right] + text[place + 1 : place + 1 + after], *rest,
        )
        for place, right, way, gain, unlikely, word_gain, (before, after), *rest in rows
    ]  # fmt: skip
