"""From what a query means to what the engine looks for: one additive formula, the same for every engine.

The formula is described in docs/search-ranking.md; its weights are `PROFILE`.
"""

from rongshu.search.ranking.composing import Situation, compose, matching
from rongshu.search.ranking.finding import Finding, find
from rongshu.search.ranking.hearing import Heard, hear, sounds_of, understand_heard
from rongshu.search.ranking.plain import compose_plain
from rongshu.search.ranking.profile import PROFILE, Profile
from rongshu.search.ranking.weighing import mass_of

__all__ = [
    "PROFILE",
    "Finding",
    "Heard",
    "Profile",
    "Situation",
    "compose",
    "compose_plain",
    "find",
    "hear",
    "mass_of",
    "matching",
    "sounds_of",
    "understand_heard",
]
