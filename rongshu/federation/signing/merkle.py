"""Hash trees (RFC 9162 § 2.1): one signature over many records, provable for each alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(content: bytes, algorithm: str) -> bytes:
    """Return the hash of a leaf; the prefix keeps a leaf from being taken for a node."""
    return hashlib.new(algorithm, b"\x00" + content).digest()


def _node_hash(left: bytes, right: bytes, algorithm: str) -> bytes:
    return hashlib.new(algorithm, b"\x01" + left + right).digest()


def root_and_paths(leaves: Sequence[bytes], algorithm: str) -> tuple[bytes, list[list[bytes]]]:
    """Return the root over leaf hashes (at least one) and each leaf's path, nearest neighbour first."""
    level = list(leaves)
    paths: list[list[bytes]] = [[] for _ in leaves]
    places = list(range(len(leaves)))  # where each leaf's ancestor stands in the level
    while len(level) > 1:
        for leaf, place in enumerate(places):
            if (neighbour := place ^ 1) < len(level):
                paths[leaf].append(level[neighbour])
            places[leaf] = place >> 1
        level = [
            _node_hash(level[place], level[place + 1], algorithm) if place + 1 < len(level) else level[place]
            for place in range(0, len(level), 2)
        ]
    return level[0], paths


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes], algorithm: str) -> bytes | None:
    """Return the root a path leads to (RFC 9162 § 2.1.3.2), or None when it fits no tree of this size."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    remaining = list(path)
    while last > 0:
        if place & 1 or place < last:
            if not remaining:
                return None
            neighbour = remaining.pop(0)
            found = (
                _node_hash(neighbour, found, algorithm)
                if place & 1
                else _node_hash(found, neighbour, algorithm)
            )
        place, last = place >> 1, last >> 1
    return None if remaining else found
