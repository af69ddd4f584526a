"""The formula: what must be there, what counts, and what else speaks for a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from rongshu.library.validity import ABOLISHED, EXPIRED
from rongshu.search.analysis import characters, pairs, segment
from rongshu.search.engines.clauses import (
    All,
    Any,
    Best,
    Boost,
    Clause,
    Constant,
    Everything,
    OneOf,
    Phrase,
    Range,
    Term,
    Without,
)
from rongshu.search.ranking.matching import NAMED, every_word_of, in_text, literally, number_clause, required
from rongshu.search.ranking.profile import PROFILE, Profile, TextWeights
from rongshu.search.understanding import Restriction, Understood

_ENDED: Final = (ABOLISHED, EXPIRED)
_LONGEST_WHOLE: Final = 30
_ABOVE_ALL: Final = 20
# Quarters of the last two years, then years: within them, who issued a document decides.
_AGES: Final = (*range(91, 731, 91), *range(1096, 9132, 365))
# What bears the title of a document without being it (国办发〔2016〕61号: readings are published beside it).
_TELLING: Final = ("解读", "图解", "读懂", "问答", "答记者", "发布会", "新闻稿", "培训", "宣讲")


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Who searches from where and when. `named`: ids of the sites and organisations a query names."""

    today: date
    site: str = ""  # as the index has it
    region: str = ""
    named: Mapping[Restriction, tuple[str, ...]] = field(default_factory=dict)
    pinned: tuple[str, ...] = ()
    """Ids of documents that editors put first for this query, in their order."""
    blocked: tuple[str, ...] = ()


def compose(matched: Clause, lifting: Clause) -> Clause:
    """Return what the engine looks for: what `matching` asks for, lifted by what `lifting` has."""
    return All((Constant(matched, 0.0), lifting))


def matching(
    understood: Understood, situation: Situation, *, every_word: bool, profile: Profile = PROFILE
) -> Clause:
    """Return what must be there, nothing of what is excluded."""
    found = required(understood, profile, every_word=every_word, named=situation.named)
    if situation.pinned:
        found = Any((found, Constant(OneOf("id", situation.pinned), NAMED)))
    but: list[Clause] = [literally(one) for one in understood.excluded]
    if situation.blocked:
        but.append(OneOf("id", situation.blocked))
    return Without(found, Any(tuple(but))) if but else found


def lifting(
    understood: Understood, situation: Situation, *, mass: float, profile: Profile = PROFILE
) -> Clause:
    """Return what lifts what was found; `mass` as `mass_of` has it, in which the priors are shares."""
    numbered = number_clause(understood) if understood.is_number else None
    if numbered is None:
        scores = _scores(understood, profile, mass)
    else:
        scores = _by_number(numbered, understood, situation, profile, mass)
    priors = _priors(understood, situation, profile, mass)
    return Any((*scores, *priors, *_pins(situation, mass)), minimum=0)


def _pins(situation: Situation, mass: float) -> Iterator[Clause]:
    """Far above what any text may score, the first the highest."""
    count = len(situation.pinned)
    for place, one in enumerate(situation.pinned):
        yield Constant(OneOf("id", (one,)), mass * (_ABOVE_ALL + count - place))


def _scores(understood: Understood, profile: Profile, mass: float) -> Iterator[Clause]:
    """What counts in the text."""
    weights = profile.spoken if understood.is_spoken else profile.key_words
    text = " ".join((understood.text, *understood.phrases))
    for split, fields in (
        (pairs, weights.fields_of_pairs),
        (segment, weights.fields_of_words),
        (characters, weights.fields_of_characters),
    ):
        yield from _bm25(_counted(split, text, understood.fillers, weights.filler), fields)
    yield from _variants(understood, weights)
    yield from _whole(text, weights)
    for one in understood.named:
        yield from _named(one, profile, mass)
    for one in understood.phrases:
        yield Boost(literally(one), profile.phrase)
    numbered = number_clause(understood)
    if numbered is not None:
        share = profile.number if understood.numbers else profile.number_parts
        yield Constant(numbered, share * mass)
    yield from _sounding(understood, profile, mass)


def _by_number(
    numbered: Clause, understood: Understood, situation: Situation, profile: Profile, mass: float
) -> Iterator[Clause]:
    """Who asks for 47号文 wants what bears the number; the text only ranks what speaks of it.

    Every year has its 47号: the newest first, before it those of a year or a region that is named.
    """
    yield Without(Any(tuple(_scores(understood, profile, mass))), numbered)
    yield Constant(numbered, profile.number_alone * mass)
    for days in _AGES:
        since = Range("published", at_least=_second(situation.today - timedelta(days=days)))
        yield Constant(All((numbered, since)), profile.number_newer * mass)
    years = OneOf("year", tuple(map(str, understood.years)))
    for named in (years, OneOf("region", understood.regions)):
        if named.values:
            yield Constant(All((numbered, named)), profile.number_alone * mass)


def _sounding(understood: Understood, profile: Profile, mass: float) -> Iterator[Clause]:
    """Titles by their sound; where Chinese was heard, what says it stands before what only sounds alike."""
    said = every_word_of(understood) if understood.typed else None
    if said is not None:
        yield Constant(said, profile.heard * mass)
        return
    if understood.syllables:
        yield Phrase("title_pinyin", understood.syllables)
    if understood.initials:
        yield Term("title_initials", understood.initials)


def _named(title: str, profile: Profile, mass: float) -> Iterator[Clause]:
    """Who names a document is shown it first, and what tells of it after it."""
    named = Phrase("title_characters", tuple(characters(title)))
    yield Constant(named, profile.named_in_title * mass)
    telling = Any(tuple(Phrase("title_characters", tuple(one)) for one in _TELLING))
    yield Constant(Without(named, telling), profile.named_itself * mass)


def _bm25(counted: Mapping[str, float], fields: Mapping[str, float]) -> Iterator[Clause]:
    for name, weight in fields.items():
        yield from (Boost(Term(name, token), weight * times) for token, times in counted.items())


def _counted(split: Callable[[str], list[str]], text: str, fillers: str, share: float) -> Mapping[str, float]:
    """How often each token is asked for; within words that say nothing it counts `share`."""
    said, idle = Counter(split(text)), Counter(split(fillers))
    return {token: times - (1 - share) * min(times, idle[token]) for token, times in said.items()}


def _variants(understood: Understood, weights: TextWeights) -> Iterator[Clause]:
    """Another word of the same meaning counts where the best of them stands."""
    for word in understood.words:
        if word.variants:
            found = tuple(_variant(other) for other in word.variants)
            yield Boost(Best(found), weights.variant)


def _variant(text: str) -> Clause:
    tokens = segment(text)
    if len(tokens) == 1:
        return Any((Term("title_words", tokens[0]), in_text(tokens[0])))
    found = tuple(characters(text))
    return Any((Phrase("title_characters", found), Phrase("body_characters", found)))


def _whole(text: str, weights: TextWeights) -> Iterator[Clause]:
    found = tuple(characters(text))
    if weights.whole_in_title and 1 < len(found) <= _LONGEST_WHOLE:
        yield Boost(Phrase("title_characters", found), weights.whole_in_title)


def _priors(understood: Understood, situation: Situation, profile: Profile, mass: float) -> Iterator[Clause]:
    """What speaks for a document besides its text."""
    yield Constant(Without(Everything(), OneOf("validity", _ENDED)), profile.in_force * mass)
    for name, steps in (("authority", profile.authority), ("standing", profile.standing)):
        yield from (Constant(Range(name, at_least=least), share * mass) for least, share in steps.items())
    for days, share in profile.recent.items():
        since = _second(situation.today - timedelta(days=days))
        yield Constant(Range("published", at_least=since), share * mass)
    for field_, shares in (("kind", profile.by_kind), ("type", profile.by_type)):
        yield from (Constant(OneOf(field_, (name,)), share * mass) for name, share in shares.items())
    types = profile.types.get(understood.intent)
    if types:
        yield Constant(OneOf("type", types), profile.intent * mass)
    if situation.site:
        yield Constant(OneOf("site", (situation.site,)), profile.site * mass)
    yield from _regional(understood, situation, profile, mass)
    yield from _timely(understood, profile, mass)


def _regional(
    understood: Understood, situation: Situation, profile: Profile, mass: float
) -> Iterator[Clause]:
    """What lies in a region the query names; else in the reader's own, and a little in those above it."""
    if understood.regions:
        yield Constant(OneOf("region", understood.regions), profile.named_region * mass)
    elif situation.region:
        wider = _wider(situation.region)
        yield from (Constant(Term("region", one), profile.region * mass / len(wider)) for one in wider)


def _wider(code: str) -> tuple[str, ...]:
    """A region and those above it (GB/T 2260: two digits a level)."""
    codes = (code, f"{code[:4]}00", f"{code[:2]}0000")
    return tuple(dict.fromkeys(codes))


def _timely(understood: Understood, profile: Profile, mass: float) -> Iterator[Clause]:
    if understood.years:
        years = tuple(map(str, understood.years))
        yield Constant(OneOf("year", years), profile.year * mass)
    for year, month in understood.months:
        begin = date(year, month, 1)
        end = date(year + month // 12, month % 12 + 1, 1)
        yield Constant(Range("published", _second(begin), _second(end)), profile.month * mass)


def _second(day: date) -> int:
    return int(datetime.combine(day, time.min, UTC).timestamp())
