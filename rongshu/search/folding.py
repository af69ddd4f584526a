"""What is shown once: copies of a text on other sites, which often differ in a line or two."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Final

from rongshu.search import analysis

_SENTENCES: Final = re.compile(r"[。！？；!?;\n\r]+")
_LEAST: Final = 10  # characters; shorter ones stand in everything
_TAKEN: Final = 4
_SHORTEST_TEXT: Final = 40


def fold_of(title: str, body: str) -> str:
    """Return what copies of a text have in common; "" where the text is too short to tell.

    The title and the few sentences whose digests are the least: a copy that lacks one sentence of many has
    the same ones almost always, another notice made from the same pattern hardly ever.
    """
    sentences = {"".join(analysis.characters(one)) for one in _SENTENCES.split(body)}
    telling = [one for one in sentences if len(one) >= _LEAST]
    if sum(map(len, telling)) < _SHORTEST_TEXT:
        return ""
    least = sorted(map(_digest, telling))[:_TAKEN]
    return _digest("".join((*analysis.characters(title), *least)))


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=10).hexdigest()
