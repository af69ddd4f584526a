"""Names and formulas that must stand exactly: country, organs, fixed political terms (E2, E3).

A text that differs from one by a single character (another one, one too many, one too few, two swapped), or
by two or three written by their sound, is wrong. Candidates come from an automaton over the halves of each
phrase; each is then compared once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Lexicon, Phrase, WordMatcher
from rongshu.inspection.passage import Passage
from rongshu.inspection.typos.knowledge import knowledge

_NAMES: Final = {"E1": "领导人称谓有误", "E2": "国名、机构、地名表述有误", "E3": "固定提法有误"}
# A hint: the phrase itself is what has to be mended or released.
_SPELLING: Final = Rule("E7-phrase", "固定词语中的错字", "E7", Severity.HINT)
_SHORTEST: Final = 4
_SHORT: Final = 6  # up to here one character missing, added or foreign often makes another word
_MOST_BY_SOUND: Final = 3
_PARTICLES: Final = frozenset("的与和及了之")


def check_phrases(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield what is almost, but not quite, a phrase."""
    for layer in lexicon.layers:
        if layer.phrases:
            yield from _search(passage.text, _compiled(_Layer(id(layer.phrases), layer.phrases)))


def _told(text: str, span: tuple[int, int], phrase: Phrase) -> Iterator[Finding]:
    """A character easily confused with the right one is certain, and a spelling mistake as well.

    Another character may be a word of its own: inside the phrase it is suspect, at its edge it is nothing
    (生态环境厅 is not 生态环境部 written wrong).
    """
    rule = Rule(f"{phrase.class_}-phrase", _NAMES[phrase.class_], phrase.class_, phrase.severity)
    written, word = text[slice(*span)], phrase.word
    wrong = (
        [place for place, sign in enumerate(written) if sign != word[place]]
        if len(written) == len(word)
        else []
    )
    if len(wrong) != 1:
        yield rule.found(text, *span, word)
    elif knowledge().are_confusable(written[wrong[0]], word[wrong[0]]):
        yield rule.found(text, *span, word)
        place = span[0] + wrong[0]
        yield _SPELLING.found(text, place, place + 1, word[wrong[0]])
    elif 0 < wrong[0] < len(word) - 1 and len(word) > _SHORT:
        yield rule.found(text, *span, word, tier=Tier.SUSPECT)


class _Halves:
    """Each phrase by its first and its second half: with one error, the other half is whole."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self.phrases = [phrase for phrase in phrases if len(phrase.word) >= _SHORTEST]
        self.whole = WordMatcher([phrase.word for phrase in self.phrases])
        self.uses: list[list[tuple[int, bool]]] = []
        places: dict[str, int] = {}
        for index, phrase in enumerate(self.phrases):
            middle = len(phrase.word) // 2
            for half, is_first in ((phrase.word[:middle], True), (phrase.word[middle:], False)):
                place = places.setdefault(half, len(places))
                if place == len(self.uses):
                    self.uses.append([])
                self.uses[place].append((index, is_first))
        self.matcher = WordMatcher(list(places))


@dataclass(frozen=True, slots=True)
class _Layer:
    """Phrases under their place in memory: to compare them word by word would cost more than to search.

    The cache holds the phrases, so that no others come to lie at the same place meanwhile.
    """

    place: int
    phrases: Sequence[Phrase] = field(compare=False)


@lru_cache(maxsize=16)
def _compiled(layer: _Layer) -> _Halves:
    return _Halves(layer.phrases)


def _search(text: str, halves: _Halves) -> Iterator[Finding]:
    told: set[tuple[int, int]] = set()
    right: Sequence[tuple[int, int, int]] | None = None
    for place, start, end in halves.matcher.find(text):
        for index, is_first in halves.uses[place]:
            phrase = halves.phrases[index]
            span = _near(text, phrase.word, start, end, is_first=is_first)
            if (
                span is None
                or (len(phrase.word) <= _SHORT and span[1] - span[0] != len(phrase.word))
                or span in told
            ):
                continue
            right = halves.whole.find(text) if right is None else right
            if _is_right(span, right):
                continue
            told.add(span)
            yield from _told(text, span, phrase)


def _near(text: str, word: str, start: int, end: int, *, is_first: bool) -> tuple[int, int] | None:
    """Return where a text of one difference from `word` stands, given that one half matches."""
    half = end - start
    rest = word[half:] if is_first else word[: len(word) - half]
    for length in (len(rest), len(rest) - 1, len(rest) + 1):
        begin, stop = (end, end + length) if is_first else (start - length, start)
        if begin < 0 or stop > len(text):
            continue
        written = text[begin:stop]
        if written == rest:
            return None
        if _differs_by_one(written, rest, is_first=is_first) or _sounds_alike(written, rest):
            return (start, stop) if is_first else (begin, end)
    return None


def _differs_by_one(written: str, right: str, *, is_first: bool) -> bool:
    """One character replaced, swapped with its neighbour, missing or added; not at the outer edge.

    At the outer edge a character missing or added is only a longer or shorter text around the phrase.
    """
    if not all("\u4e00" <= sign <= "\u9fff" for sign in written):
        return False
    if len(written) == len(right):
        wrong = [place for place, (one, other) in enumerate(zip(written, right, strict=True)) if one != other]
        swapped = (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and written[wrong[0]] == right[wrong[1]]
            and written[wrong[1]] == right[wrong[0]]
        )
        return len(wrong) == 1 or swapped
    longer, shorter = (written, right) if len(written) > len(right) else (right, written)
    if len(shorter) < 2:
        return False
    at_edge = longer[-1] != shorter[-1] if is_first else longer[0] != shorter[0]
    return not at_edge and any(
        longer[:place] + longer[place + 1 :] == shorter
        for place, sign in enumerate(longer)
        if sign not in _PARTICLES
    )


def _sounds_alike(written: str, right: str) -> bool:
    """Two or three characters written by their sound alone: 社会注意 for 社会主义."""
    if len(written) != len(right) or len(right) < _SHORTEST:
        return False
    wrong = [place for place, (one, other) in enumerate(zip(written, right, strict=True)) if one != other]
    return 2 <= len(wrong) <= _MOST_BY_SOUND and all(
        _sound(written[place]) == _sound(right[place]) for place in wrong
    )


@lru_cache(maxsize=4096)
def _sound(sign: str) -> str:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - 57 MB of phrases, only when needed

    return str(lazy_pinyin(sign, style=Style.NORMAL)[0])


def _is_right(span: tuple[int, int], right: Sequence[tuple[int, int, int]]) -> bool:
    """Whether the place belongs to another phrase that stands there exactly."""
    return any(start <= span[0] and stop >= span[1] for _, start, stop in right)
