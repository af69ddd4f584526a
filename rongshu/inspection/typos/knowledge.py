"""What the typo search knows, read once from knowledge.npz (made by scripts/build_typo_knowledge.py)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_FILE: Final = Path(__file__).parent / "knowledge.npz"
BEGIN, END = 0, 1
Ids = NDArray[np.int64]
Floats = NDArray[np.float32]
Values = NDArray[np.float64]
Hashes = NDArray[np.uint64]
# A word's hash is the sum of its characters, each times the power of its place, modulo 2 to the 64th.
_BEGIN_SHIFT: Final = np.uint64(64 - 22)
POWERS: Final[Hashes] = np.array([pow(0x9E3779B97F4A7C15, n, 1 << 64) for n in range(5)], dtype=np.uint64)


class Words:
    """Words with the logarithms of their probabilities, found by their hashes: a sixth of a dict's memory."""

    def __init__(self, words: Sequence[str], probabilities: Values) -> None:
        codes = np.frombuffer("".join(words).encode("utf-32-le"), dtype=np.uint32)
        lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        starts = np.cumsum(lengths) - lengths
        hashes = np.zeros(len(words), dtype=np.uint64)
        for place in range(int(lengths.max())):
            reach = lengths > place
            hashes[reach] += codes[starts[reach] + place] * POWERS[place]
        order = np.argsort(hashes)
        self._hashes, self._probabilities = hashes[order], probabilities[order]
        # Most of what is looked up is no word: one look here saves the search.
        self._begins = np.zeros(1 << 22, dtype=np.bool_)
        self._begins[hashes >> _BEGIN_SHIFT] = True

    def probability(self, hashes: Hashes) -> Values:
        """Return the logarithm of the probability of each word, -inf where it is none."""
        found = np.full(hashes.shape, -np.inf)
        maybe = np.nonzero(self._begins[hashes >> _BEGIN_SHIFT])
        sought = hashes[maybe]
        place = np.minimum(np.searchsorted(self._hashes, sought), len(self._hashes) - 1)
        found[maybe] = np.where(self._hashes[place] == sought, self._probabilities[place], -np.inf)
        return found


class Knowledge:
    """Probabilities of characters by their neighbours, words with frequencies, replacements.

    A probability is P(c|ab) = T(abc) + A(ab)·P(c|b), P(c|b) = B(bc) + λ(b)·P(c).
    """

    def __init__(self, table: Any) -> None:
        self.signs = table["signs"].tobytes().decode("utf-32-le")
        self.codes = np.frombuffer(self.signs.encode("utf-32-le"), dtype=np.uint32)
        self.number = np.full(0x10000, -1, dtype=np.int64)
        self.number[[ord(sign) for sign in self.signs[2:]]] = np.arange(2, len(self.signs))
        self.log_one: Floats = table["p_one"]
        self.p_one: Floats = np.exp(self.log_one)
        self.spare_one: Floats = table["spare_one"]
        self._levels = np.exp((np.arange(256) - 255) / 14).astype(np.float32)
        self._levels[0] = 0
        self._pair_keys = np.cumsum(table["pair_keys"], dtype=np.int32)
        self._spare_two = table["spare_two"]
        # A square of bytes: one look-up per pair, where a search in a sorted list would take a microsecond.
        self._pairs = np.zeros((len(self.signs), len(self.signs)), dtype=np.uint8)
        self._pairs[self._pair_keys >> 13, self._pair_keys & 8191] = table["p_two"]
        self._triple_keys = np.cumsum(table["triple_keys"], dtype=np.int64)
        self._p_three = table["p_three"]
        self.offsets = table["offsets"].astype(np.int64)
        self.others = table["others"].astype(np.int64)
        self.ways = table["ways"]
        words = table["words"].tobytes().decode().split("\n")
        self.total = float(table["total"][0])
        self.words = Words(words, table["frequencies"].astype(np.float64) - self.total)

    def are_confusable(self, written: str, right: str) -> bool:
        """Whether one character is easily written for the other: by sound or by shape."""
        here, there = (
            int(self.number[ord(sign)]) if ord(sign) < 0x10000 else -1 for sign in (written, right)
        )
        if here < 0 or there < 0:
            return False
        return bool((self.others[self.offsets[here] : self.offsets[here + 1]] == there).any())

    def given_one(self, before: Ids, sign: Ids) -> Floats:
        """Return P(sign | before)."""
        spare = self.spare_one[before] * self.p_one[sign]
        return np.asarray(self._levels[self._pairs[before, sign]] + spare, dtype=np.float32)

    def given_two(self, first: Ids, before: Ids, sign: Ids) -> Floats:
        """Return P(sign | first, before)."""
        # Of the type of the keys: else numpy would turn a million keys into the other type, at every call.
        pair = first.astype(np.int32) * 8192 + before.astype(np.int32)
        place = np.minimum(np.searchsorted(self._pair_keys, pair), len(self._pair_keys) - 1)
        spare = np.where(self._pair_keys[place] == pair, self._levels[self._spare_two[place]], 1)
        triple = pair.astype(np.int64) * 8192 + sign
        place = np.minimum(np.searchsorted(self._triple_keys, triple), len(self._triple_keys) - 1)
        direct = np.where(self._triple_keys[place] == triple, self._levels[self._p_three[place]], 0)
        return np.asarray(direct + spare * self.given_one(before, sign), dtype=np.float32)


@cache
def knowledge() -> Knowledge:
    """Return what is known; the first call takes about half a second and 90 MB."""
    with np.load(_FILE) as table:
        return Knowledge(table)
