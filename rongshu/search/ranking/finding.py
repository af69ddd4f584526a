"""Asking an engine: every word first; where that finds next to nothing, most of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rongshu.search.engines.port import Engine, EngineAnswer, EngineRequest, Sort
from rongshu.search.errors import CursorUnknown
from rongshu.search.ranking.composing import Situation, compose, lifting, matching
from rongshu.search.ranking.profile import PROFILE, Profile
from rongshu.search.ranking.weighing import mass_of
from rongshu.search.understanding import Understood

if TYPE_CHECKING:
    from rongshu.search.semantics.leading import Lead

# With fewer results than a page has, who searches is shown also what has only most of the words.
ENOUGH: Final = 10
# So many of the best are put into an order of their own; pages among them count from the first.
LED: Final = 100
# Key words say themselves what is best; of a question most words say little.
_SIFTED: Final = 150
_SIFTED_SPOKEN: Final = 300
_AMONG_LED: Final = re.compile(r"m([1-9]\d?)")


@dataclass(frozen=True)
class Finding:
    """What an engine found. `exact`: how many documents have every word, where that was asked."""

    answer: EngineAnswer
    exact: int | None = None


def find(
    engine: Engine,
    understood: Understood,
    situation: Situation,
    request: EngineRequest,
    *,
    profile: Profile = PROFILE,
    is_strict: bool = False,
    lead: Lead | None = None,
) -> Finding:
    """Return what an engine finds; `request` says what else is asked, whatever its clause and sieve.

    `is_strict`: every word, always. `lead` puts the best answers to a question in order by meaning.
    """
    request = replace(request, sifted=_sifted(understood))
    lifted = lifting(understood, situation, mass=mass_of(understood, engine), profile=profile)

    def asked(*, every_word: bool, least: int = 0) -> EngineAnswer:
        matched = matching(understood, situation, every_word=every_word, profile=profile)
        return engine.search(replace(request, clause=compose(matched, lifted), least=least))

    if understood.is_spoken and not is_strict:
        if lead is not None and _may_lead(understood, request):
            matched = matching(understood, situation, every_word=False, profile=profile)
            whole = replace(request, clause=compose(matched, lifted))
            return Finding(_led(engine, whole, understood, situation, lead))
        return Finding(asked(every_word=False))
    # How many there are doesn't depend on the page, so that all pages come from the same search.
    least = 0 if is_strict or not understood.words else ENOUGH
    answer = asked(every_word=True, least=least)
    return Finding(answer if answer.total >= least else asked(every_word=False), answer.total)


def _sifted(understood: Understood) -> int:
    """How many to rank in full of very many. Of a number that many bear, the newest stand first: all."""
    if understood.is_number:
        return 0
    return _SIFTED_SPOKEN if understood.is_spoken else _SIFTED


def _may_lead(understood: Understood, request: EngineRequest) -> bool:
    """Where a document is named by number or in 《》, meaning has nothing to add; behind the best, neither.

    What tells of a document means nearly the same as the document itself.
    """
    is_named = bool(understood.numbers or understood.number_parts or understood.named)
    is_near = request.after is None or bool(_AMONG_LED.fullmatch(request.after))
    return not is_named and is_near and request.sort is Sort.RELEVANCE and 0 < request.limit < LED


def _led(
    engine: Engine, request: EngineRequest, understood: Understood, situation: Situation, lead: Lead
) -> EngineAnswer:
    """A page of the best, in the order of words and meaning; what editors pinned stays before them."""
    counted = _AMONG_LED.fullmatch(request.after or "")
    begin = int(counted[1]) if counted else 0
    answer = engine.search(replace(request, limit=LED, after=None))
    pinned = [hit for hit in answer.hits if hit.id in situation.pinned]
    others = [hit for hit in answer.hits if hit.id not in situation.pinned]
    hits = (*pinned, *(lead.ordered(understood.text or understood.query, others) if others else ()))
    if begin and begin >= len(hits):
        raise CursorUnknown
    end = begin + request.limit
    return replace(answer, hits=hits[begin:end], next=f"m{end}" if end < len(hits) else answer.next)
