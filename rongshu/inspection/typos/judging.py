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
CERTAIN: Final = 2.0
_MARGIN: Final = 2.5
_WORD_GAIN: Final = 2.0
_ALONE: Final = -9.0

# In the order of `features`; the first is the constant.
WEIGHTS: Final = (
    -5.5790, 0.1675, 0.1451, -0.0208, 0.1980, 0.0734, 0.1793, -1.3579, -0.6846, 0.1001, 0.1101, 0.3500,
    -0.2280, -0.8537, -1.4257, 3.1133, -0.2210, 0.1286, 1.1098, 0.3164, 3.1133, 1.3501,
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
        if best < SUSPECT or one.word_gain < _WORD_GAIN:
            continue
        second = ranked[1][0] if len(ranked) > 1 else _ALONE
        is_proven = len(one.word) > one.written_length and best - second >= _MARGIN
        yield Judgement(one, best, best >= CERTAIN and is_proven)
