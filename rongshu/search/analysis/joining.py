"""What `segment`, `pairs` and `characters` find in a text as one string, which is how the index takes it.

The same tokens in a third of the time: an index of a million documents is made of five hundred million pairs.
Only pairs come in another order, before the words between them; nobody asks after the order of pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rongshu.search.analysis.normalising import normalise
from rongshu.search.analysis.segmenting import RUN, is_han, pairs, segment


def joined_words(text: str) -> str:
    """Return the words of a text, joined by blanks."""
    return " ".join(segment(text))


def joined_characters(text: str) -> str:
    """Return the characters of a text that can be looked for, joined by blanks."""
    found = "".join(_runs(normalise(text)))
    units = found.encode("utf-16-le")
    if len(units) > 2 * len(found):  # a rare character takes two units
        return " ".join(found)
    spaced = bytearray(b" \0" * (2 * len(found)))
    spaced[0::4], spaced[1::4] = units[0::2], units[1::2]
    return spaced[:-2].decode("utf-16-le")


def joined_pairs(text: str) -> str:
    """Return each two neighbouring Han characters, and other words whole, joined by blanks."""
    runs: list[str] = []
    others: list[str] = []
    for run in _runs(normalise(text)):
        (runs if len(run) > 1 and is_han(run[0]) else others).append(run)
    return " ".join((_pairs_of(runs), *others)) if runs else " ".join(others)


# Characters and pairs of a text are taken one after the other.
@lru_cache(maxsize=4)
def _runs(text: str) -> list[str]:
    return RUN.findall(text)


def _pairs_of(runs: Sequence[str]) -> str:
    """Each two neighbours in runs of two characters or more."""
    text = "\n{}\n".format("\n".join(runs))
    units = text.encode("utf-16-le")
    if len(units) > 2 * len(text):  # a rare character takes two units
        return " ".join(pairs(text))
    # Every unit beside the next one, with a blank behind: "\n国 国办 办发 发\n \n通 通知 知\n ".
    both = bytearray(b" \0" * (3 * (len(text) - 1)))
    both[0::6], both[1::6], both[2::6], both[3::6] = units[0:-2:2], units[1:-2:2], units[2::2], units[3::2]
    framed = both.decode("utf-16-le")[1:-2].split("\n \n")
    return "".join([one[2:-1] for one in framed])[:-1]
