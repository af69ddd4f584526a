"""Column lists: page one with the newest entries, pins first, and the numbered chunks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from rongshu.publishing import addresses
from rongshu.publishing.chunks import Key, before_key, from_key, key_of, members_digest, range_of
from rongshu.publishing.loading.columns import ShelvedColumn
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.entries import Shown, shown_by
from rongshu.publishing.loading.pagers import chunk_pager, first_pager
from rongshu.publishing.loading.people import institution_entry, person_entry, rank
from rongshu.publishing.loading.reads import Reads
from rongshu.publishing.loading.rows import AT_ONCE, VISIBLE, Joined, PlacementRow, PreparedJoin, joined
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.pages.models import ColumnListPage, DisclosurePage, Entry, EntryGroup, ListStyle
from rongshu.sites.models import Placement

_GROUP_ENTRIES: Final = 8
_USUAL: Final = 20
_MOST_GROUPS: Final = 20
# Leaders and institutions of one unit stand on one page, in their order.
MOST_RANKED: Final = 300


class ListPage(NamedTuple):
    """A list page with what it read; `members` is the digest of a chunk's placements."""

    path: str
    page: ColumnListPage | DisclosurePage
    reads: Reads
    members: bytes = b""


def load_list(context: SiteContext, manifest: Manifest, column_id: UUID, number: int) -> ListPage | None:
    """Load page one (0) or a numbered chunk of a column; None when there is no such page."""
    column = context.shelf.by_id.get(column_id)
    if column is None or not column.has_pages or not context.is_published:
        return None
    return _first(context, manifest, column) if number == 0 else _chunk(context, manifest, column, number)


def _first_of(column: ShelvedColumn, count: int) -> list[Shown]:
    """What a column shows first: of leaders and institutions all, in their order, else the newest."""
    if not column.is_ranked:
        return shown_by(newest(column.id, count))
    rows = joined(Placement.objects.filter(VISIBLE, column_id=column.id).order_by("-id")[:MOST_RANKED])
    return sorted(shown_by(rows), key=rank)


def newest(column_id: UUID, count: int) -> list[Joined]:
    """The placements a column shows first: pins, then manual order, then the newest."""
    placed = _PLACED_FIRST.rows(column_id)
    first = sorted(placed, key=lambda one: _placed_first(one.placement))[:count]
    taken = {one.placement.id for one in first}
    rest = _NEWEST.rows(column_id, count)
    return (first + [one for one in rest if one.placement.id not in taken])[:count]


_PLACED_FIRST: Final = PreparedJoin(
    lambda column_id: Placement.objects.filter(
        VISIBLE, Q(pin__gt=0) | Q(manual_order__isnull=False), column_id=column_id
    ).order_by("-id")
)
_NEWEST: Final = PreparedJoin(
    lambda column_id, count: Placement.objects.filter(VISIBLE, column_id=column_id).order_by(
        "-published_at", "-id"
    )[:count]
)


def _placed_first(row: PlacementRow) -> tuple[int, int, float, int]:
    order = 0 if row.pin or row.manual_order is None else row.manual_order
    return (-row.pin, order, -row.published_at.timestamp(), -row.id.int)


def newest_shown(context: SiteContext, column_id: UUID, count: int, reads: Reads) -> list[Shown]:
    """What a column shows first, with the reads noted; read once for all pages of a batch."""
    reads.list(column_id)
    kept = context.of_batch.get(column_id)
    if kept is None or kept[0] < count:
        wanted = max(count, _USUAL)
        kept = context.of_batch[column_id] = wanted, _first_of(context.column(column_id), wanted)
    found = kept[1][:count]
    # An edit may change the rank of a leader, so whoever shows the first has read them all.
    for shown in kept[1] if context.column(column_id).is_ranked else found:
        reads.resource(shown.resource.id)
    return found


def _first(context: SiteContext, manifest: Manifest, column: ShelvedColumn) -> ListPage:
    reads = Reads()
    reads.column(column.id)
    style = style_of(column)
    shown = newest_shown(context, column.id, MOST_RANKED if column.is_ranked else column.page_size, reads)
    page = ColumnListPage(
        site=context.frame,
        column=context.column_frame(column.id),
        path=addresses.list_url(column.path),
        entries=tuple(_row(one, style) for one in shown),
        pager=first_pager(manifest, column, shown),
        style=style,
        groups=_groups(context, column, reads),
    )
    return ListPage(addresses.list_path(column.path), page, reads)


def _chunk(context: SiteContext, manifest: Manifest, column: ShelvedColumn, number: int) -> ListPage | None:
    found = context.chunks_of_batch.pop((column.id, number), None)
    if found is None:
        bounds = range_of(manifest, column.id, number)
        if bounds is None:
            return None
        found = _between(column.id, *bounds, column.page_size)
    reads = Reads()
    reads.column(column.id)
    for one in found:
        reads.resource(one.placement.resource_id)
    page = ColumnListPage(
        site=context.frame,
        column=context.column_frame(column.id),
        path=addresses.list_url(column.path, number),
        entries=_entries(shown_by(reversed(found))),
        pager=chunk_pager(column, number, manifest.last_chunk(column.id.hex)),
        style=style_of(column),
    )
    members = members_digest([one.placement.id for one in found])
    return ListPage(addresses.list_path(column.path, number), page, reads, members)


def read_chunks_ahead(
    context: SiteContext, manifest: Manifest, column_id: UUID, numbers: Collection[int]
) -> None:
    """Read neighbouring chunks of a column with one statement for the pages of this batch."""
    column = context.shelf.by_id.get(column_id)
    if column is None:
        return
    at_once = max(1, AT_ONCE // column.page_size)
    for start, end in _runs(sorted(number for number in numbers if number > 0), at_once):
        chunks = manifest.chunks(column_id.hex, start, end - start + 2)
        some = [chunk for chunk in chunks if chunk.number <= end]
        if len(some) != end - start + 1:
            continue
        begins = [key_of(chunk) for chunk in chunks]
        until = begins[len(some)] if len(begins) > len(some) else None
        found: list[list[Joined]] = [[] for _ in some]
        for one in _between(column_id, begins[0], until, column.page_size * len(some)):
            place = bisect_right(begins, (one.placement.published_at, one.placement.id)) - 1
            found[place].append(one)
        for chunk, rows in zip(some, found, strict=True):
            context.chunks_of_batch[column_id, chunk.number] = rows[: column.page_size]


def _runs(numbers: Sequence[int], longest: int) -> Iterator[tuple[int, int]]:
    """Cut ascending numbers into runs without gaps: (first, last)."""
    start = 0
    for end in range(1, len(numbers) + 1):
        if end == len(numbers) or numbers[end] != numbers[end - 1] + 1 or end - start == longest:
            yield numbers[start], numbers[end - 1]
            start = end


def _between(column_id: UUID, begin: Key, end: Key | None, limit: int) -> list[Joined]:
    if end is None:
        return _SINCE.rows(column_id, *begin, limit)
    return _BETWEEN.rows(column_id, *begin, *end, limit)


def _since(column_id: UUID, at: datetime, id_: UUID) -> QuerySet[Placement]:
    rows = Placement.objects.filter(VISIBLE, from_key((at, id_)), column_id=column_id)
    return rows.order_by("published_at", "id")


_SINCE: Final = PreparedJoin(lambda column_id, at, id_, limit: _since(column_id, at, id_)[:limit])
_BETWEEN: Final = PreparedJoin(
    lambda column_id, at, id_, end_at, end_id, limit: _since(column_id, at, id_).filter(
        before_key((end_at, end_id))
    )[:limit]
)


def _entries(shown: Sequence[Shown]) -> tuple[Entry, ...]:
    return tuple(one.entry() for one in shown)


def _row(shown: Shown, style: ListStyle) -> Entry:
    if style is ListStyle.PEOPLE:
        return person_entry(shown)
    if style is ListStyle.INSTITUTIONS:
        return institution_entry(shown)
    return shown.entry(is_pinned=shown.placement.pin > 0)


def _groups(context: SiteContext, column: ShelvedColumn, reads: Reads) -> tuple[EntryGroup, ...]:
    """The newest of the columns below."""
    groups = []
    for child in context.shelf.children(column.id)[:_MOST_GROUPS]:
        reads.column(child.id)
        entries = _entries(newest_shown(context, child.id, _GROUP_ENTRIES, reads))
        if entries:
            groups.append(EntryGroup(child.name, entries, more_url=child.path))
    return tuple(groups)


def style_of(column: ShelvedColumn) -> ListStyle:
    """How a column shows its entries; one it knows nothing of shows titles."""
    return ListStyle(column.list_template) if column.list_template in set(ListStyle) else ListStyle.TITLES
