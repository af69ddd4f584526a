"""The mass of a query: about what its best match may score, so that priors are shares of it."""

from __future__ import annotations

import math
from typing import Final

from rongshu.search.analysis import pairs
from rongshu.search.engines.port import Engine
from rongshu.search.understanding import Understood

_FIELD: Final = "body_pairs"
_SATURATED: Final = 2.2  # k1 + 1, what BM25 multiplies the rarity of a frequent token by
_LEAST: Final = 5.0


def mass_of(understood: Understood, engine: Engine) -> float:
    """Return the summed rarity of the pairs of a query, in the serving index."""
    looked_for = list(dict.fromkeys(pairs(" ".join((understood.text, *understood.phrases)))))
    if not looked_for:
        return _LEAST
    count = max(engine.count(), 1)
    known = engine.frequencies(_FIELD, looked_for)
    rarities = (_rarity(known.get(one, 0), count) for one in looked_for)
    return max(_LEAST, _SATURATED * sum(rarities))


def _rarity(documents: int, count: int) -> float:
    """BM25's idf; what is nowhere can't score."""
    held = min(documents, count)
    return math.log(1 + (count - held + 0.5) / (held + 0.5)) if held else 0.0
