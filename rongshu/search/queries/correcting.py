"""Did you mean: what stands in titles and sounds like what was typed, or differs from it by one character;
else words of the index, in the place of characters that stand together in no document."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from rongshu.search import analysis
from rongshu.search.analysis.segmenting import is_han
from rongshu.search.engines.clauses import All, Any, Clause, Phrase, Term
from rongshu.search.engines.port import Engine, EngineRequest
from rongshu.search.ranking.hearing import our_words, sounds_of
from rongshu.search.ranking.matching import literally
from rongshu.search.ranking.titles import sounding_in, titles_of
from rongshu.search.understanding import Understood, seeded
from rongshu.search.understanding.sounds import Sounds

_SHORTEST: Final = 2
_SHORTEST_MISTYPED: Final = 4
_LONGEST: Final = 14
# Of two characters too much sounds alike by chance; names longer than this are shortened by who types them.
_NAME_LENGTHS: Final = range(8, 2, -1)
# Two characters sound like many words: one of them is meant only if it is not rare.
_LONGEST_WORD: Final = 4
_LEAST_OF_TWO: Final = 3
_RUN: Final = re.compile("[\u3400-\u9fff]{2,}")


def misnamed(understood: Understood, engine: Engine) -> str:
    """Return the query with a word of ours for what sounds like it and stands in no document, else "".

    Pairs of characters don't tell: 法人设立 and 建设厅 have those of 人设厅, which nobody writes.
    """
    text = analysis.normalise(understood.text)
    if len(text) > _LONGEST or understood.phrases or understood.restrictions or understood.numbers:
        return ""
    meant = _RUN.sub(lambda run: _renamed(run[0], engine), text)
    return meant if meant != text else ""


def _renamed(run: str, engine: Engine) -> str:
    syllables = analysis.pinyin(run)
    if len(syllables) != len(run):  # a character nobody knows how to read
        return run
    for length, at in itertools.product(_NAME_LENGTHS, range(len(run))):
        word = _names_by_sound().get(tuple(syllables[at : at + length]), "")
        end = at + len(word)
        if word and word != run[at:end] and _is_meant(word, run[at:end], engine):
            return f"{run[:at]}{word}{_renamed(run[end:], engine)}"
    return run


def _is_meant(word: str, typed: str, engine: Engine) -> bool:
    """Whether nothing has what was typed, and something has the word or what means the same."""
    same = Any(tuple(map(literally, (word, *seeded().variants.get(word, ())))))
    typed_too, meant = (EngineRequest(clause=one, limit=0) for one in (literally(typed), same))
    return not engine.search(typed_too).total and engine.search(meant).total > 0


@cache
def _names_by_sound() -> Mapping[tuple[str, ...], str]:
    names = (word for word in sorted(our_words()) if len(word) in _NAME_LENGTHS and all(map(is_han, word)))
    return {tuple(analysis.pinyin(name)): name for name in names}


def did_you_mean(understood: Understood, engine: Engine) -> str:
    """Return what was probably meant, "" where nothing like it is in any title."""
    typed = "".join(analysis.characters(understood.text))
    is_plain = not (understood.phrases or understood.restrictions or understood.numbers)
    if not is_plain or not _SHORTEST <= len(typed) <= _LONGEST * 3:
        return ""
    syllables = understood.syllables or tuple(analysis.pinyin(typed))
    meant = _sounding(typed, syllables, engine)
    if not (meant or understood.syllables) and _SHORTEST_MISTYPED <= len(typed) <= _LONGEST:
        meant = _mistyped(typed, engine)
    return meant or word_by_word(understood, engine)


def word_by_word(understood: Understood, engine: Engine) -> str:
    """Return the query with words for what only sounds like them, "" where all of it stands somewhere."""
    text = analysis.normalise(understood.text)
    if len(text) > _LONGEST:  # of names and places of long questions, many stand in no document
        return ""
    known = engine.frequencies("body_pairs", analysis.pairs(text))
    if all(known.values()):
        return ""
    meant = _RUN.sub(lambda run: _reworded(run[0], known, sounds_of(engine)), text)
    return meant if meant != text else ""


def _reworded(run: str, known: Mapping[str, int], sounds: Sounds) -> str:
    """A run of characters with a word, the longest, for each stretch that holds a pair nobody writes."""
    for length in range(min(_LONGEST_WORD, len(run)), 1, -1):
        for at in range(len(run) - length + 1):
            stretch = run[at : at + length]
            if all(known.get(pair, 1) for pair in map("".join, itertools.pairwise(stretch))):
                continue
            word = sounds.word(analysis.pinyin(stretch))
            if word and word != stretch and (length > 2 or _is_likely(run, at, word, sounds)):
                before, behind = run[:at], run[at + length :]
                return "".join((_reworded(before, known, sounds), word, _reworded(behind, known, sounds)))
    return run


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


def _is_likely(run: str, at: int, word: str, sounds: Sounds) -> bool:
    """Whether two characters may be meant as a word: it is not rare, and they are of no word themselves."""
    begins = {0, *itertools.accumulate(map(len, analysis.coarse(run)))}
    return sounds.count(word) >= _LEAST_OF_TWO and {at, at + 1, at + 2} <= begins


def _stands(text: str) -> Clause:
    found = tuple(text)
    return Phrase("title_characters", found) if len(found) > 1 else Term("title_characters", text)


def _most_common(typed: str, candidates: Iterable[str]) -> str:
    counted = Counter(one for one in candidates if one != typed)
    return counted.most_common(1)[0][0] if counted else ""
