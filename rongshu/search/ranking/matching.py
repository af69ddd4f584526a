"""What must be there for a document to be found."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from rongshu.search.analysis import characters, document_numbers, normalise, number_parts, pairs, segment
from rongshu.search.engines.clauses import (
    All,
    Any,
    Clause,
    Constant,
    Everything,
    Nothing,
    OneOf,
    Phrase,
    Prefix,
    Term,
)
from rongshu.search.ranking.profile import Profile
from rongshu.search.understanding import Restriction, Understood, Word

TEXTS: Final = ("title_characters", "body_characters", "attachment_characters")
# What is named rather than described comes before whatever words may score, where many are sifted.
NAMED: Final = 1_000.0
# A number as far as it was typed (示环发, 〔2026〕8号): issuers are one token, whatever words they have.
_PIECES: Final = re.compile(r"[a-z]+|\d+(?:-\d+)?|(?:(?![第号年])[\u4e00-\u9fff])+")
_IDLE: Final = ("号", "文", "文件")


def required(
    understood: Understood,
    profile: Profile,
    *,
    every_word: bool,
    named: Mapping[Restriction, tuple[str, ...]],
) -> Clause:
    """Return what a document must match; it scores nothing that counts."""
    parts = [
        *(literally(one) for one in understood.phrases),
        *(_restricted(one, named) for one in understood.restrictions),
    ]
    # In a sentence the words about a phrase only say what is wanted of it.
    is_told = bool(understood.phrases) and not every_word
    words = None if is_told else _some_words(understood, profile, every_word=every_word)
    if words is not None:
        parts.append(words)
    return parts[0] if len(parts) == 1 else All(tuple(parts)) if parts else Everything()


def literally(text: str) -> Clause:
    """These characters one after the other, in any text of a document."""
    found = tuple(characters(text))
    if not found:
        return Everything()
    return Any(tuple(_phrase(field, found) for field in TEXTS))


def in_text(word: str) -> Clause:
    """A word in titles, headings or body by its pairs, which also finds what the segmenter cut otherwise."""
    if len(word) == 1:
        return Any((Term("title_characters", word), Term("body_characters", word)))
    return _every(tuple(Term("body_pairs", one) for one in pairs(word)))


def every_word_of(understood: Understood) -> Clause | None:
    """Documents with every word of a query, or another of the same meaning; None without words."""
    groups = tuple(_word(one) for one in understood.words)
    return _every(groups) if groups else None


def number_clause(understood: Understood) -> Clause | None:
    """Documents with a number that the query names, or None where it names none."""
    whole = [Term("number", one) for one in understood.numbers]
    parts = [
        All(tuple(Term("number_words", part) for part in _known_parts(one)))
        for one in understood.number_parts
    ]
    return Any((*whole, *parts)) if whole or parts else None


def _known_parts(parts: tuple[str, ...]) -> tuple[str, ...]:
    """An issuer and its number are also one token (国办发47号), which holds them together."""
    return ("".join(parts),) if len(parts) > 1 else parts


def _some_words(understood: Understood, profile: Profile, *, every_word: bool) -> Clause | None:
    found = every_word_of(understood) if every_word else _most_words(understood, profile)
    if found is None:
        return None
    numbered = number_clause(understood)
    named = Constant(numbered, NAMED) if numbered is not None else None
    others = [one for one in (named, _typed(understood)) if one is not None]
    return Any((found, *others)) if others else found


def _most_words(understood: Understood, profile: Profile) -> Clause | None:
    groups = tuple(_word(one) for one in understood.words)
    if not groups:
        return None
    share = profile.share_spoken if understood.is_spoken else profile.share
    most = Any(groups, minimum=max(1, math.floor(len(groups) * share)))
    return Any((most, *_some_pairs(understood, profile)))


def _some_pairs(understood: Understood, profile: Profile) -> Iterator[Clause]:
    """What shares some neighbouring characters with the query, whatever the segmenter made of it."""
    idle = Counter(pairs(understood.fillers))
    looked_for = [one for one, times in Counter(pairs(understood.text)).items() if times > idle[one]]
    either = tuple(Term("body_pairs", one) for one in looked_for)
    if either:
        yield Any(either, minimum=max(1, math.floor(len(either) * profile.share_of_pairs)))


def _word(word: Word) -> Clause:
    """A word in any text, or a word of the same meaning."""
    return Any((*_anywhere(word.text), *(one for other in word.variants for one in _anywhere(other))))


def _anywhere(text: str) -> list[Clause]:
    return [in_text(text), _every(tuple(Term("attachment_words", one) for one in segment(text)))]


def _every(parts: tuple[Clause, ...]) -> Clause:
    """Every one of them; where there is none, nothing is meant."""
    return All(parts) if len(parts) > 1 else parts[0] if parts else Nothing()


def _typed(understood: Understood) -> Clause | None:
    """Titles that sound like what was typed in Latin letters; texts that have the letters themselves."""
    found: list[Clause] = [literally(understood.typed)] if understood.typed else []
    if understood.syllables:
        found.append(Phrase("title_pinyin", understood.syllables))
    if understood.initials:
        found.append(Term("title_initials", understood.initials))
        if len(understood.initials) > 2:
            found.append(Prefix("title_initials", understood.initials))
    return Any(tuple(found)) if found else None


def _restricted(restriction: Restriction, named: Mapping[Restriction, tuple[str, ...]]) -> Clause:
    if restriction.field == "title":
        found = tuple(characters(restriction.text))
        return _phrase("title_characters", found) if found else Everything()
    if restriction.field == "number":
        return _numbered(restriction.text)
    values = named.get(restriction, ())
    return OneOf(restriction.field, values) if values else Nothing()


def _numbered(text: str) -> Clause:
    """A number as it was typed: whole, or its parts as far as they go."""
    whole = document_numbers(text)
    if whole:
        return OneOf("number", tuple(whole))
    parts = number_parts(text) or _PIECES.findall(normalise(text))
    numbered = [f"{one}号" if one.isdecimal() and len(one) < 4 else one for one in parts if one not in _IDLE]
    known = tuple(dict.fromkeys(numbered))
    return All(tuple(Prefix("number_words", one) for one in known)) if known else Nothing()


def _phrase(field: str, tokens: tuple[str, ...]) -> Clause:
    return Phrase(field, tokens) if len(tokens) > 1 else Term(field, tokens[0])
