"""The numbered chunks of column lists: fixed numbers of placements by (published_at, id) ascending.

A new article changes the newest chunk only; a removal moves every boundary above it. Boundaries are
kept in the manifest, so that a chunk is one index range, however long the list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from rongshu.foundation.prepared import Prepared
from rongshu.publishing.keys import PageKey, column_page
from rongshu.publishing.loading.rows import VISIBLE
from rongshu.publishing.manifest import Chunk, Manifest
from rongshu.sites.models import Placement

Key = tuple[datetime, UUID]


def boundary_text(moment: datetime) -> str:
    """A moment as manifests keep it: sorts as time does."""
    return moment.isoformat(timespec="microseconds")


def recut(manifest: Manifest, column_id: UUID, page_size: int, numbers: Collection[int]) -> list[PageKey]:
    """Bring the chunks of a column that may have changed in step with the database, and all above them.

    Return the pages whose entries changed. Ends early at the first boundary from which on nothing
    changed: after a mere edit, one chunk is read.
    """
    column, start, furthest = column_id.hex, max(1, min(numbers)), max(numbers)
    before = manifest.chunks(column, start)
    begin = _begin(before, start)
    last = manifest.last_chunk(column)
    kept = {chunk.number: chunk for chunk in before}
    fresh: list[Chunk] = []
    for number, chunk in enumerate(_cut(column_id, page_size, begin), start):
        if number >= furthest and _is_settled(kept, number, *chunk):
            # This chunk is full and as before, and so is where the next begins: the rest is, too.
            if any(kept.get(one.number) != one for one in fresh):
                manifest.replace_chunks(column, start, number, fresh)
            return _changed_pages(column_id, kept, fresh, last, last)
        fresh.append(Chunk(number, *chunk[0]))
    manifest.replace_chunks(column, start, None, fresh)
    return _changed_pages(column_id, kept, fresh, last, start + len(fresh) - 1)


def members_digest(placement_ids: Sequence[UUID]) -> bytes:
    """Return the digest of a chunk's placements in their order."""
    return hashlib.sha256(b"".join(one.bytes for one in placement_ids)).digest()


def range_of(manifest: Manifest, column_id: UUID, number: int) -> tuple[Key, Key | None] | None:
    """Return where a chunk begins and where the next one does; None when there is no such chunk."""
    chunks = manifest.chunks(column_id.hex, number, 2)
    if not chunks or chunks[0].number != number:
        return None
    keys = [key_of(chunk) for chunk in chunks]
    return keys[0], keys[1] if len(keys) > 1 else None


def from_key(key: Key) -> Q:
    """Placements at or after a key of the list's order."""
    # The moment stands alone as well: of "a or b" alone an index would not know where to begin.
    return Q(published_at__gte=key[0]) & (Q(published_at__gt=key[0]) | Q(id__gte=key[1]))


def before_key(key: Key) -> Q:
    """Placements before a key of the list's order."""
    return Q(published_at__lte=key[0]) & (Q(published_at__lt=key[0]) | Q(id__lt=key[1]))


def key_of(chunk: Chunk) -> Key:
    """Return where a chunk begins."""
    moment = parse_datetime(chunk.first_at)
    if moment is None:
        raise ValueError(f"malformed boundary {chunk.first_at!r}")
    return moment, UUID(hex=chunk.first_id)


def _begin(before: Sequence[Chunk], start: int) -> Key | None:
    """Where to cut from: a placement may now come before the first one of the first chunk."""
    return key_of(before[0]) if before and start > 1 else None


def _cut(
    column_id: UUID, page_size: int, begin: Key | None
) -> Iterator[tuple[tuple[str, str, bytes], tuple[str, str] | None]]:
    """Yield each chunk and where the next one begins (nothing after the last)."""
    ordered = _ordered(column_id, begin)
    some = list(islice(ordered, page_size))
    while some:
        following = list(islice(ordered, page_size))
        members = members_digest([one for _, one in some])
        yield (*_boundary(some[0]), members), _boundary(following[0]) if following else None
        some = following


def _ordered(column_id: UUID, begin: Key | None) -> Iterator[Key]:
    """Yield the keys of a column's entries from one on: a few at first, for most cuts end early."""
    rows = _FROM.rows(column_id, *begin, _FEW) if begin else _ALL.rows(column_id, _FEW)
    wanted = _FEW
    while rows:
        yield from ((at, id_) for at, id_ in rows)
        if len(rows) < wanted:
            return
        wanted = _MANY
        rows = _AFTER.rows(column_id, *rows[-1], wanted)


def _keys(column_id: UUID) -> QuerySet[Placement, Key]:
    rows = Placement.objects.filter(VISIBLE, column_id=column_id).order_by("published_at", "id")
    return rows.values_list("published_at", "id")


_FEW: Final = 100
_MANY: Final = 2000
_ALL: Final = Prepared(lambda column_id, limit: _keys(column_id)[:limit])
_FROM: Final = Prepared(
    lambda column_id, at, id_, limit: _keys(column_id).filter(from_key((at, id_)))[:limit]
)
_AFTER: Final = Prepared(
    lambda column_id, at, id_, limit: _keys(column_id).filter(
        Q(published_at__gte=at) & (Q(published_at__gt=at) | Q(id__gt=id_))
    )[:limit]
)


def _boundary(row: tuple[datetime, UUID]) -> tuple[str, str]:
    return boundary_text(row[0]), row[1].hex


def _is_settled(
    kept: dict[int, Chunk], number: int, chunk: tuple[str, str, bytes], following: tuple[str, str] | None
) -> bool:
    """Whether a chunk is as before, and so is the beginning of the next: something may lie between."""
    before, after = kept.get(number), kept.get(number + 1)
    if before is None or after is None:
        return False
    return tuple(before[1:]) == chunk and (after.first_at, after.first_id) == following


def _changed_pages(
    column_id: UUID, kept: dict[int, Chunk], fresh: Sequence[Chunk], last: int, new_last: int
) -> list[PageKey]:
    numbers = {chunk.number for chunk in fresh if kept.get(chunk.number) != chunk}
    if new_last != last:
        # Pages that ended are to go; the one that was or becomes the newest has another neighbour.
        numbers.update(range(new_last, last + 1))
        numbers.update({last, new_last})
    return [column_page(column_id, number) for number in sorted(numbers) if number > 0]
