"""How a text sounds: syllables without tones, and initials as people type them (gjj)."""

from __future__ import annotations

import importlib.util
import itertools
import json
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from rongshu.search.analysis.normalising import normalise
from rongshu.search.analysis.segmenting import SEED, coarse, is_han, listed, segment

SOUNDS: Final = SEED / "sounds.txt"
_LONGEST_INITIALS: Final = 40


def pinyin(text: str) -> list[str]:
    """Return the syllables of the Han characters of a text, other words between them whole."""
    found: list[str] = []
    for word in coarse(text):
        found += _syllables(word)
    return found


def initials(text: str) -> list[str]:
    """Return the initials of a text as a whole, of its words and their parts, and of each two neighbours."""
    words = [_initials_of(word) for word in coarse(text) if is_han(word[0])]
    neighbours = (first + second for first, second in itertools.pairwise(words))
    parts = (_initials_of(word) for word in segment(text) if is_han(word[0]))
    every = ("".join(words)[:_LONGEST_INITIALS], *words, *neighbours, *parts)
    return [one for one in dict.fromkeys(every) if len(one) > 1]


def syllables_of(character: str) -> str:
    """Return the most common reading of a character, "" where it has none."""
    return _readings().get(ord(character), "")


@cache
def known_syllables() -> frozenset[str]:
    """Every syllable there is."""
    return frozenset(_readings().values())


@lru_cache(maxsize=20_000)
def _initials_of(word: str) -> str:
    return "".join(one[0] for one in _syllables(word))


@lru_cache(maxsize=20_000)
def _syllables(word: str) -> tuple[str, ...]:
    if not any(map(is_han, word)):
        return (word,) if word.isalnum() else ()
    found: list[str] = []
    for piece in _special().split(word):
        found += _special_readings().get(piece) or [syllables_of(one) for one in piece]
    return tuple(one for one in found if one)


@cache
def _special() -> re.Pattern[str]:
    longest_first = sorted(_special_readings(), key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, longest_first))})")


@cache
def _special_readings() -> dict[str, list[str]]:
    """Words in which a character is not read as usual: 重庆, 银行."""
    rows = (line.split() for line in listed(SOUNDS))
    return {normalise(word): syllables for word, *syllables in rows}


@cache
def _readings() -> dict[int, str]:
    """The first reading of each character; read from pypinyin's table, without its 57 MB of phrases."""
    found = importlib.util.find_spec("pypinyin")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("pypinyin")
    table = json.loads((Path(found.origin).parent / "pinyin_dict.json").read_text(encoding="utf-8"))
    return {
        int(code): _plain(readings.split(",")[0])
        for code, readings in table.items()
        if is_han(chr(int(code)))
    }


def _plain(syllable: str) -> str:
    """A syllable without its tone; ü is typed v."""
    parts = unicodedata.normalize("NFD", syllable.replace("ü", "v").replace("ǖ", "v").replace("ǘ", "v"))
    parts = parts.replace("u\u0308", "v")
    return "".join(one for one in parts if "a" <= one <= "z")
