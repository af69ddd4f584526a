"""The formula without any understanding: what others are measured against."""

from __future__ import annotations

from typing import Final

from rongshu.search import analysis
from rongshu.search.engines.clauses import All, Any, Best, Boost, Clause, Everything, Phrase, Term
from rongshu.search.ranking.matching import in_text

_WEIGHTS: Final = {"title_words": 4.0, "heading_words": 1.5, "attachment_words": 0.6}


def compose_plain(text: str, *, every_word: bool = False) -> Clause:
    """Look for the words of a text in every field, the title first: the baseline without understanding."""
    words = analysis.segment(text)
    if not words:
        return Everything()
    characters = tuple(analysis.characters(text))
    whole = (Boost(Phrase("title_characters", characters), 2.0),) if len(characters) > 1 else ()
    found = tuple(_anywhere(word) for word in words)
    return All((All(found) if every_word else Any(found), Any(whole, minimum=0)))


def _anywhere(word: str) -> Clause:
    in_words = (Boost(Term(field, word), weight) for field, weight in _WEIGHTS.items())
    return Best((*in_words, in_text(word)), tie=0.2)
