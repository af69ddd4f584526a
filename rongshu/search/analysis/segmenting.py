"""Words, pairs of characters and single characters of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rongshu.search.analysis.normalising import normalise

if TYPE_CHECKING:
    from rjieba import Jieba

SEED: Final = Path(__file__).resolve().parent.parent / "seed"
DICTIONARY: Final = SEED / "dictionary.txt"
_SHORT: Final = 2
# How often a word of ours is taken to occur: more often than its parts beside each other, by far.
_FREQUENCY: Final = {_SHORT: 2_000}
_FREQUENT: Final = 20_000
_HAN: Final = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARKS: Final = re.compile(r"[\W_]+")
RUN: Final = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")


def segment(text: str) -> list[str]:
    """Return the words of a text: compounds, and the words within them before each."""
    cut = _jieba().cut_for_search(normalise(text))
    return [word for word in cut if word.isalnum() or _has_letters(word)]


def coarse(text: str) -> list[str]:
    """Return the words of a text, compounds whole and marks between them left in."""
    return [word for word in _jieba().cut(normalise(text)) if not word.isspace()]


def characters(text: str) -> list[str]:
    """Return the characters of a text that can be looked for."""
    return list(_MARKS.sub("", normalise(text)))


def pairs(text: str) -> list[str]:
    """Return each two neighbouring Han characters (a lone one alone), and other words whole."""
    return [pair for run in RUN.findall(normalise(text)) for pair in _pairs(run)]


def listed(path: Path) -> Iterator[str]:
    """Yield the lines of a file of ours that say something."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if said := line.split("#", 1)[0].strip():
            yield said


def is_han(character: str) -> bool:
    """Whether this is a Chinese character."""
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"


def is_word(text: str) -> bool:
    """Whether the dictionary has it, of Han characters."""
    return is_han(text[0]) and _jieba().has_word(text)


def _has_letters(word: str) -> bool:
    return len(word) > 1 and any(one.isalnum() for one in word)


def _pairs(run: str) -> list[str]:
    if not is_han(run[0]) or len(run) == 1:
        return [run]
    return list(map(add, run, run[1:]))


@cache
def _jieba() -> Jieba:
    from rjieba import Jieba  # noqa: PLC0415 - a dictionary of 350,000 words, loaded on first use

    jieba = Jieba()
    for line in listed(DICTIONARY):
        for word in line.split():
            jieba.add_word(word, _FREQUENCY.get(len(word), _FREQUENT), "nz")
    return jieba
