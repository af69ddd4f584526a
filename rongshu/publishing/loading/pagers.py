"""Pagers that tell the truth: how many there are, where each year begins, what lies further back."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from django.utils import timezone

from rongshu.publishing import addresses
from rongshu.publishing.chunks import boundary_text, from_key, range_of
from rongshu.publishing.loading.columns import ShelvedColumn
from rongshu.publishing.loading.entries import Shown
from rongshu.publishing.loading.rows import VISIBLE
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.pages.models import Link, Pager
from rongshu.sites.models import Placement

_JUMPS: Final = 10
_YEARS: Final = 30


def first_pager(manifest: Manifest, column: ShelvedColumn, shown: Sequence[Shown]) -> Pager:
    """Page one leads into the past: to the newest chunk that it does not show in full, and to the years."""
    last = manifest.last_chunk(column.id.hex)
    size = _size_of(manifest, column, last)
    total = (last - 1) * column.page_size + size if last else 0
    if total <= len(shown):
        return Pager(total=total or None)
    older = last - 1 if last > 1 and _shows_newest(shown, size) else last
    numbers = range(last, max(0, last - _JUMPS), -1)
    return Pager(
        total=total,
        older=addresses.list_url(column.path, older),
        pages=tuple(Link(str(number), addresses.list_url(column.path, number)) for number in numbers),
        years=tuple(_years(manifest, column)),
    )


def chunk_pager(column: ShelvedColumn, number: int, last: int) -> Pager:
    """A chunk knows its neighbours only, so that it stays as it is while others come and go."""
    return Pager(
        number=number,
        newer=addresses.list_url(column.path, number + 1) if number < last else "",
        older=addresses.list_url(column.path, number - 1) if number > 1 else "",
        newest=addresses.list_url(column.path),
    )


def _size_of(manifest: Manifest, column: ShelvedColumn, number: int) -> int:
    """How many entries the newest chunk has; all before it are full."""
    bounds = range_of(manifest, column.id, number) if number else None
    if bounds is None:
        return 0
    rows = Placement.objects.filter(VISIBLE, column_id=column.id).filter(from_key(bounds[0]))
    return rows.order_by("published_at", "id")[: column.page_size].count()


def _shows_newest(shown: Sequence[Shown], size: int) -> bool:
    """Whether page one holds the whole newest chunk: pins and a column's own order may push entries out."""
    placed = sum(1 for one in shown if one.placement.pin or one.placement.manual_order is not None)
    return len(shown) - placed >= size


def _years(manifest: Manifest, column: ShelvedColumn) -> Iterator[Link]:
    """The years with entries, newest first, each leading to the chunk with its latest ones."""
    starts = [chunk.first_at for chunk in manifest.chunks(column.id.hex, 1)]
    if not starts:
        return
    newest = Placement.objects.filter(VISIBLE, column_id=column.id).order_by("-published_at", "-id")
    latest = newest.values_list("published_at", flat=True).first()
    if latest is None:
        return
    oldest_year = timezone.localtime(datetime.fromisoformat(starts[0])).year
    newest_year = timezone.localtime(latest).year
    if newest_year == oldest_year:
        return
    for year in range(newest_year, max(oldest_year, newest_year - _YEARS) - 1, -1):
        number = bisect_left(starts, boundary_text(_new_year(year + 1)))
        begins_in_it = number > 0 and starts[number - 1] >= boundary_text(_new_year(year))
        if begins_in_it or (number > 0 and _has_entries(column, year)):
            yield Link(f"{year}年", addresses.list_url(column.path, number))


def _has_entries(column: ShelvedColumn, year: int) -> bool:
    rows = Placement.objects.filter(VISIBLE, column_id=column.id)
    return rows.filter(published_at__gte=_new_year(year), published_at__lt=_new_year(year + 1)).exists()


def _new_year(year: int) -> datetime:
    return timezone.make_aware(datetime(year, 1, 1)).astimezone(UTC)  # noqa: DTZ001 - in Beijing
