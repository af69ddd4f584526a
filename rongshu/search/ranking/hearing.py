"""From pinyin and initials to the Chinese words that were meant, by the words of the index itself.

Titles are looked for by their sound anyway; what is heard here also finds texts that only speak of it.
"""

from __future__ import annotations

import itertools
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final
from weakref import WeakKeyDictionary

from rongshu.search import analysis
from rongshu.search.analysis.segmenting import DICTIONARY, is_han, listed
from rongshu.search.engines.clauses import Phrase, Term
from rongshu.search.engines.estimating import documents_with
from rongshu.search.engines.port import Engine
from rongshu.search.ranking.titles import sounding_in, titles_of
from rongshu.search.understanding import Understood, Vocabulary, seeded, understand
from rongshu.search.understanding.sounds import LEAST_INITIALS, Sounds
from rongshu.search.understanding.typing import typed_initials, typed_syllables

_RUN: Final = re.compile(r"[a-z][a-z' ]*[a-z]")
_LONGEST: Final = 60
_MOST_WORDS: Final = 20_000
_MOST_TOGETHER: Final = 4
_FRESH_FOR: Final = 3_600.0
# What stands in the index just as it was typed, half as often as what was heard, may be meant as typed.
_MEANT_AS_TYPED: Final = 0.5


@dataclass(frozen=True)
class Heard:
    """Chinese for what was typed in Latin letters; `is_sure`: hardly anything has the letters themselves."""

    text: str
    is_sure: bool


@dataclass
class _Table:
    read_at: float
    documents: int
    sounds: Sounds


def hear(understood: Understood, engine: Engine) -> Heard | None:
    """Return what was meant; None where nothing was typed in Latin letters, or nothing sounds like it."""
    typed = understood.text
    particular = (understood.phrases, understood.restrictions, understood.excluded, understood.numbers)
    if len(typed) > _LONGEST or any(particular) or not _RUN.search(typed):
        return None
    sounds = sounds_of(engine)
    runs = {run: _run(run, sounds, engine) for run in _RUN.findall(typed)}
    heard = {run: text for run, text in runs.items() if text}
    if not heard:
        return None
    text = _RUN.sub(lambda found: heard.get(found[0], found[0]), typed)
    return Heard(text, all(_is_sure(run, said, sounds, engine) for run, said in heard.items()))


def understand_heard(understood: Understood, heard: str, vocabulary: Vocabulary, today: date) -> Understood:
    """Return what the Chinese means; titles are still looked for by what was typed."""
    return replace(
        understand(heard, vocabulary, today),
        query=understood.query,
        typed=understood.text,
        syllables=understood.syllables,
        initials=understood.initials,
    )


def _run(run: str, sounds: Sounds, engine: Engine) -> str:
    """What a run of letters and blanks says as a whole; else its pieces, "" where none says anything."""
    whole = _said(run, sounds, engine)
    pieces = run.split()
    if whole or len(pieces) == 1:
        return whole
    parts = [_said(piece, sounds, engine) for piece in pieces]
    both = (part or piece for part, piece in zip(parts, pieces, strict=True))
    return ("" if all(parts) else " ").join(both) if any(parts) else ""


def _said(text: str, sounds: Sounds, engine: Engine) -> str:
    syllables = typed_syllables(text)
    if syllables:
        return _by_syllables(syllables, sounds, engine)
    initials = typed_initials(text) if " " not in text else ""
    return _by_initials(initials, sounds, engine) if initials else ""


def _by_syllables(syllables: tuple[str, ...], sounds: Sounds, engine: Engine) -> str:
    """A title's own word first; a word; else what titles say; else a row of words."""
    titles = titles_of(Phrase("title_pinyin", syllables), engine)
    said = Counter(one for title in titles for one in sounding_in(title, syllables))
    words = [one for one, _ in said.most_common() if sounds.count(one)]
    found = words[:1] or [sounds.word(syllables)]
    return found[0] or next((one for one, _ in said.most_common(1)), "".join(sounds.words(syllables)))


def _by_initials(initials: str, sounds: Sounds, engine: Engine) -> str:
    """A word that people shorten; else what titles say."""
    shortened = sounds.shortened(initials)
    if shortened or len(initials) < LEAST_INITIALS:
        return shortened
    titles = titles_of(Term("title_initials", initials), engine)
    said = Counter(one for title in titles for one in _shortened(title, initials))
    return next((one for one, _ in said.most_common(1)), "")


def _shortened(title: str, initials: str) -> Iterator[str]:
    """Neighbouring words of a title with these initials."""
    words = [one for one in analysis.coarse(title) if is_han(one[0])]
    for begin, count in itertools.product(range(len(words)), range(1, _MOST_TOGETHER + 1)):
        together = "".join(words[begin : begin + count])
        if [one[0] for one in analysis.pinyin(together)] == list(initials):
            yield together


def _is_sure(run: str, said: str, sounds: Sounds, engine: Engine) -> bool:
    """Whether texts speak of what was heard, and hardly of the letters (wifi, app; a site's own address)."""
    as_typed = min(engine.frequencies("body_pairs", run.split()).values())
    words = [sounds.count(word) for word in analysis.coarse(said)]
    return as_typed == 0 or as_typed < _MEANT_AS_TYPED * min(words, default=0)


def sounds_of(engine: Engine) -> Sounds:
    """The words of what serves; read again after an hour, or when much has come or gone."""
    kept, documents = _TABLES.get(engine), engine.count()
    if kept is not None and _is_fresh(kept, documents):
        return kept.sounds
    counts = dict(engine.words(_MOST_WORDS))
    ours = our_words()
    rare = documents_with((word for word in ours if word not in counts), engine.frequencies)
    counts |= {word: count for word, count in rare.items() if count}
    sounds = Sounds(counts, ours)
    _TABLES[engine] = _Table(time.monotonic(), documents, sounds)
    return sounds


def _is_fresh(kept: _Table, documents: int) -> bool:
    # A few more documents bring hardly a word that matters; a few more than none bring all.
    is_like = abs(documents - kept.documents) * 10 <= kept.documents
    return is_like and time.monotonic() - kept.read_at < _FRESH_FOR


@cache
def our_words() -> frozenset[str]:
    """Return the words of the dictionary and of the sets of synonyms that come with the product."""
    named = (word for line in listed(DICTIONARY) for word in line.split())
    return frozenset((*named, *seeded().variants))


_TABLES: Final[WeakKeyDictionary[Engine, _Table]] = WeakKeyDictionary()
