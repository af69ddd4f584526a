"""Asking an engine: every word first; where that finds next to nothing, most of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from rongshu.search.engines.port import Engine, EngineAnswer, EngineRequest
from rongshu.search.ranking.composing import Situation, compose, lifting, matching
from rongshu.search.ranking.profile import PROFILE, Profile
from rongshu.search.ranking.weighing import mass_of
from rongshu.search.understanding import Understood

# With fewer results than a page has, who searches is shown also what has only most of the words.
ENOUGH: Final = 10


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
) -> Finding:
    """Return what an engine finds; `request` says what else is asked, whatever its clause.

    `is_strict`: every word, always.
    """
    lifted = lifting(understood, situation, mass=mass_of(understood, engine), profile=profile)

    def asked(*, every_word: bool) -> EngineAnswer:
        matched = matching(understood, situation, every_word=every_word, profile=profile)
        return engine.search(replace(request, clause=compose(matched, lifted)))

    if understood.is_spoken and not is_strict:
        return Finding(asked(every_word=False))
    # How many there are doesn't depend on the page, so that all pages come from the same search.
    answer = asked(every_word=True)
    is_enough = answer.total >= ENOUGH or is_strict or not understood.words
    return Finding(answer if is_enough else asked(every_word=False), answer.total)
