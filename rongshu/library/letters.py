"""`matching_key` for many texts: the same letters as numbers, folded through a table and not by patterns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rongshu.foundation.text import matching_key

_PLANE: Final = 0x10000
_DROPPED: Final = 0
_ASKS_ITS_NEIGHBOURS: Final = 1
"""What a character folds to depends on those beside it, or is more than one character."""


def letters(text: str) -> NDArray[np.uint32]:
    """Return the code points of `matching_key(text)`."""
    points = _points(text)
    if len(points) and int(points.max()) < _PLANE:
        folded = _folding()[points]
        if not (folded == _ASKS_ITS_NEIGHBOURS).any():
            kept: NDArray[np.uint32] = folded[folded != _DROPPED]
            return kept
    return _points(matching_key(text))


def written(points: NDArray[np.uint32]) -> str:
    """Return code points as text."""
    return points.tobytes().decode("utf-32-le")


def _points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


@cache
def _folding() -> NDArray[np.uint32]:
    """Return what every character of the Basic Multilingual Plane folds to when it stands alone."""
    table = np.arange(_PLANE, dtype=np.uint32)
    for point in _not_themselves():
        table[point] = _folded(chr(point))
    return table


def _not_themselves() -> Iterator[int]:
    """Yield all but the two blocks of Chinese characters that fold to themselves: most of every text."""
    yield from range(0x3400)
    yield from range(0x4DC0, 0x4E00)
    yield from range(0x9FFD, _PLANE)


def _folded(character: str) -> int:
    if _composes(character):
        return _ASKS_ITS_NEIGHBOURS
    if not character.isalnum():
        return _DROPPED
    folded = unicodedata.normalize("NFKC", character).casefold()
    is_one_letter = len(folded) == 1 and folded.isalnum() and not _composes(folded)
    return ord(folded) if is_one_letter else _ASKS_ITS_NEIGHBOURS


def _composes(character: str) -> bool:
    """Whether a character may melt with its neighbour: marks, conjoining jamo, what has another form."""
    return (
        unicodedata.category(character).startswith("M")
        or "\u1100" <= character <= "\u11ff"
        or not unicodedata.is_normalized("NFC", character)
    )
