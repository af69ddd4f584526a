"""Which stored texts may be near to some new ones: told from the bands alone, without reading a sketch.

Texts of one field share a band now and then (a dozen in a million do), and by far most of them are not near.
A band row carries a bit of each of 64 further buckets; texts of a given similarity differ in few of them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import ceil, sqrt
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from rongshu.library.models import FingerprintBand, VersionFingerprint
from rongshu.library.near_duplicates import BITS, Fingerprint

MOST_CANDIDATES: Final = 40
"""A band that many share is a mould (a form letter); looking at all of its texts would stall the gate."""


def likely_near(fingerprints: Sequence[Fingerprint], threshold: int) -> dict[int, set[int]]:
    """Return `{number of a stored fingerprint: places of those it may be near to}`."""
    asked = sorted((band, place) for place, each in enumerate(fingerprints) for band in each.bands)
    rows = _rows_in({band for band, _ in asked})
    if not rows:
        return {}
    stored = np.array(rows, dtype=np.int64)
    wanted, places = np.array(asked, dtype=np.int64).T
    first, after = (np.searchsorted(wanted, stored[:, 0], side) for side in ("left", "right"))
    near: dict[int, set[int]] = defaultdict(set)
    bits = np.array([each.bits for each in fingerprints], dtype=np.int64)
    for offset in range(int((after - first).max())):
        is_asked = first + offset < after
        place = places[(first + offset)[is_asked]]
        differing = np.bitwise_count(_unsigned(bits[place]) ^ _unsigned(stored[is_asked, 2]))
        is_near = differing <= most_differing(threshold)
        for number, where in zip(stored[is_asked, 1][is_near], place[is_near], strict=True):
            near[int(number)].add(int(where))
    return near


def most_differing(threshold: int) -> int:
    """Return in how many of the bits two texts of this similarity differ at most (but for one in a
    thousand)."""
    share = (1 - threshold / 1000) / 2
    return ceil(BITS * share + 3 * sqrt(BITS * share * (1 - share)))


def _unsigned(numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
    return numbers.view(np.uint64)


def _rows_in(bands: set[int]) -> list[tuple[int, int, int]]:
    columns = f"band, fingerprint_id, bits FROM {FingerprintBand._meta.db_table} WHERE band"
    return _selected(columns, bands, limit=MOST_CANDIDATES * len(bands))


def sketches_of(numbers: Iterable[int]) -> list[tuple[int, UUID, bytes]]:
    """Return number, version and sketch of the fingerprints with these numbers."""
    columns = f"id, version_id, sketch FROM {VersionFingerprint._meta.db_table} WHERE id"
    rows = _selected(columns, numbers)
    return [
        (number, version if isinstance(version, UUID) else UUID(version), sketch)
        for number, version, sketch in rows
    ]


def _selected(columns: str, numbers: Iterable[int], *, limit: int | None = None) -> list[Any]:
    """Select by a long list of numbers as one value: as thousands of values it takes longer to ask than to
    answer."""
    asked = list(numbers)
    if not asked:
        return []
    is_sqlite = connection.vendor == "sqlite"
    among = "IN (SELECT value FROM json_each(%s))" if is_sqlite else "= ANY(%s)"
    most = "" if limit is None else f" LIMIT {limit}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} {among}{most}",
            [json.dumps(asked) if is_sqlite else asked],
        )
        return list(cursor.fetchall())
