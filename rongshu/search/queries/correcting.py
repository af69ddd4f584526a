"""Did you mean: what stands in titles and sounds like what was typed, or differs from it by one character."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from rongshu.search import analysis
from rongshu.search.analysis.segmenting import is_han
from rongshu.search.engines.clauses import All, Any, Clause, Phrase, Term
from rongshu.search.engines.port import Engine
from rongshu.search.ranking.titles import sounding_in, titles_of
from rongshu.search.understanding import Understood

_SHORTEST: Final = 2
_SHORTEST_MISTYPED: Final = 4
_LONGEST: Final = 14


def did_you_mean(understood: Understood, engine: Engine) -> str:
    """Return what was probably meant, "" where nothing like it is in any title."""
    typed = "".join(analysis.characters(understood.text))
    is_plain = not (understood.phrases or understood.restrictions or understood.numbers)
    if not is_plain or not _SHORTEST <= len(typed) <= _LONGEST * 3:
        return ""
    syllables = understood.syllables or tuple(analysis.pinyin(typed))
    meant = _sounding(typed, syllables, engine)
    if meant or understood.syllables or not _SHORTEST_MISTYPED <= len(typed) <= _LONGEST:
        return meant
    return _mistyped(typed, engine)


def _sounding(typed: str, syllables: Sequence[str], engine: Engine) -> str:
    """What sounds the same in most titles."""
    if len(syllables) < _SHORTEST:
        return ""
    titles = titles_of(Phrase("title_pinyin", tuple(syllables)), engine)
    return _most_common(typed, (one for title in titles for one in sounding_in(title, syllables)))


def _mistyped(typed: str, engine: Engine) -> str:
    """What differs by one character that is another, one too many or one too few."""
    halves = [(typed[:at], typed[at + skipped :]) for skipped in (0, 1) for at in range(1, len(typed))]
    parted = [All((_stands(first), _stands(rest))) for first, rest in halves if first and rest]
    clauses = (*parted, _stands(typed[:-1]), _stands(typed[1:]))
    titles = [analysis.normalise(title) for title in titles_of(Any(clauses), engine)]
    # Any character, sorted out below: a class of all Han takes a millisecond to compile, each time it stands.
    patterns = [f"{re.escape(first)}.?{re.escape(rest)}" for first, rest in halves if first and rest]
    patterns += [f"{re.escape(typed[:-1])}.", f".{re.escape(typed[1:])}"]
    found = (one for title in titles for one in re.findall("|".join(patterns), title))
    return _most_common(typed, (one for one in found if all(map(is_han, set(one).difference(typed)))))


def _stands(text: str) -> Clause:
    found = tuple(text)
    return Phrase("title_characters", found) if len(found) > 1 else Term("title_characters", text)


def _most_common(typed: str, candidates: Iterable[str]) -> str:
    counted = Counter(one for one in candidates if one != typed)
    return counted.most_common(1)[0][0] if counted else ""
