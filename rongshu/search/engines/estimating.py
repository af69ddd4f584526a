"""How many documents hold a word, where texts are kept by their pairs of characters."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence

from rongshu.search.analysis import pairs


def documents_with(
    words: Iterable[str], frequencies: Callable[[str, Sequence[str]], Mapping[str, int]]
) -> dict[str, int]:
    """Return in how many documents each word stands at most: as many as have the rarest of its pairs.

    `frequencies`: in how many documents each token of a field stands, as engines tell it.
    """
    alone: list[str] = []
    paired: dict[str, list[str]] = {}
    for word in words:
        if len(word) == 1:
            alone.append(word)
        else:
            paired[word] = pairs(word)
    known = frequencies("body_pairs", list(dict.fromkeys(itertools.chain(*paired.values()))))
    counted = {word: min((known[one] for one in found), default=0) for word, found in paired.items()}
    return {**frequencies("body_characters", alone), **counted}
