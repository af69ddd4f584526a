"""The order of what was found, led by meaning where it is known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from django.conf import settings

from rongshu.search.engines.port import Hit
from rongshu.search.semantics.encoding import Encoder, encoder, is_installed, key_of, passages_of
from rongshu.search.semantics.keeping import VectorStore

# The model's cosines all lie between .8 and .95: their differences, not they, are weighed. At 5, a difference
# of .1 outweighs half of the best score by words. More of it finds still more where wording differs (letters
# and their replies), but loses where it doesn't (questions asked in a notice's own words).
_WEIGHT: Final = 5.0
_FILE: Final = "meaning.sqlite3"


class Lead:
    """Puts hits into the order of words and meaning together; `encodes` makes vectors that are missing."""

    def __init__(self, model: Encoder, store: VectorStore, *, encodes: bool = False) -> None:
        self._model, self._store, self._encodes = model, store, encodes

    def ordered(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits, the nearest first; one without vectors is taken to be of middling nearness."""
        texts = [passages_of(hit.source) for hit in hits]
        keys = [key_of(one) for one in texts]
        known = self._store.read(keys)
        if self._encodes:
            for key, passages in zip(keys, texts, strict=True):
                if key not in known:
                    known[key] = self._model.passages(passages)
                    self._store.write(key, known[key])
        if not known:
            return list(hits)
        asked = self._model.query(question)
        nearness = {key: float((vectors @ asked).max()) for key, vectors in known.items()}
        middling = float(np.median(list(nearness.values())))
        best = max(hit.score for hit in hits) or 1.0
        scored = [
            hit.score / best + _WEIGHT * nearness.get(key, middling)
            for hit, key in zip(hits, keys, strict=True)
        ]
        return [hits[place] for place in sorted(range(len(hits)), key=lambda place: -scored[place])]


def lead() -> Lead | None:
    """Return what leads the searches of this installation; None where that is off or not installed."""
    return _lead(str(settings.SEARCH_FOLDER)) if settings.SEARCH_SEMANTIC and is_installed() else None


def store() -> VectorStore:
    """Return the installation's vectors."""
    return _store(str(settings.SEARCH_FOLDER))


@cache
def _lead(folder: str) -> Lead:
    return Lead(encoder(), _store(folder))


@cache
def _store(folder: str) -> VectorStore:
    return VectorStore(Path(folder) / _FILE)
