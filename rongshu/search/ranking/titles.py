"""What titles of the index say that sounds like what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rongshu.search import analysis
from rongshu.search.engines.clauses import Clause
from rongshu.search.engines.port import Engine, EngineRequest

_LOOKED_AT: Final = 20
_HAN: Final = re.compile(r"[\u3400-\u9fff]+")


def titles_of(clause: Clause, engine: Engine) -> list[str]:
    """Return the titles of the best documents for a clause."""
    answer = engine.search(EngineRequest(clause=clause, limit=_LOOKED_AT, counted=False, sifted=0))
    return [str(hit.source.get("title", "")) for hit in answer.hits]


def sounding_in(title: str, syllables: Sequence[str]) -> Iterator[str]:
    """Yield the stretches of a title that are read so."""
    length = len(syllables)
    for run in _HAN.findall(analysis.normalise(title)):
        for at in range(len(run) - length + 1):
            stretch = run[at : at + length]
            if analysis.pinyin(stretch) == list(syllables):
                yield stretch
