"""Column lists: page one with the newest entries, pins first, and the numbered chunks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import F, Q

from rongshu.publishing import addresses
from rongshu.publishing.chunks import from_key, members_digest, range_of
from rongshu.publishing.loading.columns import ShelvedColumn
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.entries import Shown, shown_by
from rongshu.publishing.loading.reads import Reads
from rongshu.publishing.loading.rows import VISIBLE, Joined, PlacementRow, joined
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.pages.models import ColumnListPage, Entry, EntryGroup, Link, ListStyle, Pager
from rongshu.sites.models import Placement

_GROUP_ENTRIES: Final = 8
_JUMPS: Final = 10
_USUAL: Final = 20
_MOST_GROUPS: Final = 20


class ListPage(NamedTuple):
    """A list page with what it read; `members` is the digest of a chunk's placements."""

    path: str
    page: ColumnListPage
    reads: Reads
    members: bytes = b""


def load_list(context: SiteContext, manifest: Manifest, column_id: UUID, number: int) -> ListPage | None:
    """Load page one (0) or a numbered chunk of a column; None when there is no such page."""
    column = context.shelf.by_id.get(column_id)
    if column is None or not column.has_pages or not context.is_published:
        return None
    return _first(context, manifest, column) if number == 0 else _chunk(context, manifest, column, number)


def newest(column_id: UUID, count: int) -> list[Joined]:
    """The placements a column shows first: pins, then manual order, then the newest."""
    shown = Placement.objects.filter(VISIBLE, column_id=column_id)
    placed = joined(shown.filter(Q(pin__gt=0) | Q(manual_order__isnull=False)).order_by("-id"))
    first = sorted(placed, key=lambda one: _placed_first(one.placement))[:count]
    taken = {one.placement.id for one in first}
    rest = joined(shown.order_by("-published_at", "-id")[:count])
    return (first + [one for one in rest if one.placement.id not in taken])[:count]


def _placed_first(row: PlacementRow) -> tuple[int, int, float, int]:
    order = 0 if row.pin or row.manual_order is None else row.manual_order
    return (-row.pin, order, -row.published_at.timestamp(), -row.id.int)


def newest_shown(context: SiteContext, column_id: UUID, count: int, reads: Reads) -> list[Shown]:
    """What a column shows first, with the reads noted; read once for all pages of a batch."""
    reads.list(column_id)
    kept = context.of_batch.get(column_id)
    if kept is None or kept[0] < count:
        wanted = max(count, _USUAL)
        kept = context.of_batch[column_id] = wanted, shown_by(newest(column_id, wanted))
    found = kept[1][:count]
    for shown in found:
        reads.resource(shown.resource.id)
    return found


def _first(context: SiteContext, manifest: Manifest, column: ShelvedColumn) -> ListPage:
    reads = Reads()
    reads.column(column.id)
    shown = newest_shown(context, column.id, column.page_size, reads)
    last = manifest.last_chunk(column.id.hex)
    page = ColumnListPage(
        site=context.frame,
        column=context.column_frame(column.id),
        path=addresses.list_url(column.path),
        entries=tuple(one.entry(is_pinned=one.placement.pin > 0) for one in shown),
        pager=_first_pager(column, last),
        style=_style(column),
        groups=_groups(context, column, reads),
    )
    return ListPage(addresses.list_path(column.path), page, reads)


def _chunk(context: SiteContext, manifest: Manifest, column: ShelvedColumn, number: int) -> ListPage | None:
    bounds = range_of(manifest, column.id, number)
    if bounds is None:
        return None
    rows = Placement.objects.filter(VISIBLE, column_id=column.id).filter(from_key(bounds[0]))
    if bounds[1] is not None:
        rows = rows.exclude(from_key(bounds[1]))
    found = joined(rows.order_by(F("published_at").asc(), "id")[: column.page_size])
    reads = Reads()
    reads.column(column.id)
    for one in found:
        reads.resource(one.placement.resource_id)
    page = ColumnListPage(
        site=context.frame,
        column=context.column_frame(column.id),
        path=addresses.list_url(column.path, number),
        entries=_entries(shown_by(reversed(found))),
        pager=_chunk_pager(column, number, manifest.last_chunk(column.id.hex)),
        style=_style(column),
    )
    members = members_digest([one.placement.id for one in found])
    return ListPage(addresses.list_path(column.path, number), page, reads, members)


def _entries(shown: Sequence[Shown]) -> tuple[Entry, ...]:
    return tuple(one.entry() for one in shown)


def _first_pager(column: ShelvedColumn, last: int) -> Pager:
    """Page one leads into the past: its entries are those of the newest chunks."""
    if last <= 1:
        return Pager()
    numbers = range(last, max(0, last - _JUMPS), -1)
    return Pager(
        older=addresses.list_url(column.path, last),
        pages=tuple(Link(str(number), addresses.list_url(column.path, number)) for number in numbers),
    )


def _chunk_pager(column: ShelvedColumn, number: int, last: int) -> Pager:
    return Pager(
        number=number,
        newer=addresses.list_url(column.path, number + 1) if number < last else "",
        older=addresses.list_url(column.path, number - 1) if number > 1 else "",
        newest=addresses.list_url(column.path),
    )


def _groups(context: SiteContext, column: ShelvedColumn, reads: Reads) -> tuple[EntryGroup, ...]:
    """The newest of the columns below."""
    groups = []
    for child in context.shelf.children(column.id)[:_MOST_GROUPS]:
        reads.column(child.id)
        entries = _entries(newest_shown(context, child.id, _GROUP_ENTRIES, reads))
        if entries:
            groups.append(EntryGroup(child.name, entries, more_url=child.path))
    return tuple(groups)


def _style(column: ShelvedColumn) -> ListStyle:
    return ListStyle(column.list_template) if column.list_template in set(ListStyle) else ListStyle.TITLES
