"""How much the evidence weighs: a logistic function, and when its answer counts as certain.

The weights were fitted by scripts/fit_typo_weights.py on the training part of a public spelling corpus (its
answers give twenty-two numbers, no words). Certain needs more than a high score: a longer word comes about
than stood there, and no other replacement comes near.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rongshu.inspection.typos.scanning import Evidence

SUSPECT: Final = -0.5
CERTAIN: Final = 1.7
_MARGIN: Final = 2.5
_WORD_GAIN: Final = 2.0
_ALONE: Final = -9.0
_NUMERALS: Final = frozenset("〇一二三四五六七八九十百千万亿两")
# One kind of division for another (示范省, 示范县) is another place, not another spelling.
_DIVISIONS: Final = frozenset("国省市州盟地县旗区乡镇村街")

# In the order of `features`; the first is the constant.
WEIGHTS: Final = (
    -5.1761,
    0.1621,
    0.1732,
    -0.0020,
    0.1810,
    0.1331,
    0.1734,
    -1.3475,
    -0.6154,
    0.0887,
    0.0290,
    0.3777,
    -0.2502,
    -0.8632,
    -1.5013,
    3.0140,
    -0.4632,
    0.3799,
    1.3050,
    0.4668,
    3.0140,
    1.3849,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The best replacement at a place."""

    evidence: Evidence
    score: float
    is_certain: bool


def features(one: Evidence) -> tuple[float, ...]:
    """Return the numbers that the weights belong to."""
    made, written = len(one.word), one.written_length
    return (
        1, one.gain, min(one.gain, 10), one.likelihood,
        one.word_gain, min(one.word_gain, 8), max(one.word_gain, -4),
        one.way == 1, one.way == 2, one.word_frequency, one.written_frequency,
        one.sign_frequency, one.right_frequency,
        made == 2, made == 3, made >= 4, written == 1, written == 2, written >= 3,
        made > written, made >= 4 and written <= 2, made >= 3 and written == 1,
    )  # fmt: skip


def score(one: Evidence) -> float:
    """Return the logarithm of the odds that the replacement is what was meant."""
    return sum(weight * value for weight, value in zip(WEIGHTS, features(one), strict=True))


def judge(evidence: Iterable[Evidence]) -> Iterator[Judgement]:
    """Yield the best replacement of every place where one is at least suspected."""
    for _, group in groupby(evidence, key=lambda one: one.place):
        ranked = sorted(((score(one), one) for one in group), key=lambda pair: -pair[0])
        best, one = ranked[0]
        if best < SUSPECT or one.word_gain < _WORD_GAIN or {one.written, one.right} <= _DIVISIONS:
            continue
        second = ranked[1][0] if len(ranked) > 1 else _ALONE
        is_proven = len(one.word) > one.written_length and best - second >= _MARGIN
        is_proven = is_proven and one.right not in _NUMERALS
        yield Judgement(one, best, best >= CERTAIN and is_proven)
