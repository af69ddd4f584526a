"""Encoding what stands in the index, a little at a time, again and again from its beginning."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from typing import Final

from django.conf import settings

from rongshu.search.engines.choosing import engine
from rongshu.search.semantics.encoding import encoder, is_installed, key_of, passages_of
from rongshu.search.semantics.leading import store

_AT_ONCE: Final = 100
_RUN_SECONDS: Final = 2.0
_PAUSE: Final = 300.0


class Filling:
    """A walk through the public index; what has vectors is passed by, so it may end anywhere."""

    def __init__(self) -> None:
        self._ids: Iterator[str] | None = None
        self._missing: list[tuple[str, ...]] = []
        self._again_at = 0.0
        self.seen = self.encoded = 0

    def run_once(self) -> bool:
        """Encode for a few seconds; return whether there may be more. Nothing while it is off."""
        if not (settings.SEARCH_SEMANTIC and is_installed()) or time.monotonic() < self._again_at:
            return False
        if not self.step(_RUN_SECONDS):
            self._again_at = time.monotonic() + _PAUSE
            return False
        return True

    def step(self, seconds: float) -> bool:
        """Go on for so long; return False at the end of the index."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self._missing and not self._look():
                return False
            if self._missing:
                passages = self._missing.pop()
                store().write(key_of(passages), encoder().passages(passages))
                self.encoded += 1
        return True

    def _look(self) -> bool:
        """Find which of the next documents have no vectors yet."""
        if self._ids is None:
            self._ids = engine().ids()
        ids = list(itertools.islice(self._ids, _AT_ONCE))
        if not ids:
            self._ids = None
            return False
        texts = {key_of(one): one for one in map(passages_of, engine().documents(ids).values())}
        known = store().read(texts)
        self._missing = [one for key, one in texts.items() if key not in known]
        self.seen += len(ids)
        return True
