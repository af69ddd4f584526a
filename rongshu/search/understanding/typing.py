"""What was typed in Latin letters: syllables of pinyin, or initials."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rongshu.search.analysis.sounding import known_syllables

_LETTERS: Final = re.compile(r"[a-z][a-z' ]{1,60}")
_LONGEST_SYLLABLE: Final = 6
_LONGEST_INITIALS: Final = 12
_LEAST_SYLLABLES: Final = 2


def typed_syllables(text: str) -> tuple[str, ...]:
    """Return the syllables of what was typed in pinyin, nothing when it isn't."""
    if not _LETTERS.fullmatch(text):
        return ()
    found: list[str] = []
    for run in text.replace("'", " ").split():
        syllables = _split(run)
        if not syllables:
            return ()
        found += syllables
    return tuple(found) if len(found) >= _LEAST_SYLLABLES else ()


def begun_syllables(letters: str) -> tuple[str, ...]:
    """Return the whole syllables of what somebody is still typing (gongjij → gong ji)."""
    ends = range(len(letters), max(0, len(letters) - _LONGEST_SYLLABLE), -1)
    return next((found for end in ends if (found := typed_syllables(letters[:end]))), ())


def typed_initials(text: str) -> str:
    """Return what may be initials (gjj), "" when it can't be."""
    letters = "".join(text.split())
    is_short = 1 < len(letters) <= _LONGEST_INITIALS
    return letters if is_short and letters.isascii() and letters.isalpha() else ""


@lru_cache(maxsize=1024)
def _split(run: str) -> tuple[str, ...]:
    """The split into the fewest syllables, () where there is none."""
    best: list[tuple[str, ...] | None] = [()] + [None] * len(run)
    for end in range(1, len(run) + 1):
        for begin in range(max(0, end - _LONGEST_SYLLABLE), end):
            before, syllable = best[begin], run[begin:end]
            if before is None or not _is_syllable(syllable):
                continue
            now = best[end]
            if now is None or len(before) + 1 < len(now):
                best[end] = (*before, syllable)
    return best[-1] or ()


def _is_syllable(text: str) -> bool:
    # Rare readings of one or two consonants (m, ng, hm) would make a split of anything.
    return text in known_syllables() and any(one in "aeiouv" for one in text)
