"""What machines read: feeds, site maps, robots.txt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Substr

from rongshu.publishing import addresses
from rongshu.publishing.keys import COLUMN_TREE, SITE_FRAME
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.entries import Shown
from rongshu.publishing.loading.lists import newest_shown
from rongshu.publishing.loading.reads import Reads
from rongshu.publishing.loading.rows import VISIBLE
from rongshu.publishing.pages.models import Feed, FeedEntry, Robots, SiteMap, SiteMapIndex, SiteMapUrl
from rongshu.sites.models import Placement, Site

_FEED_ENTRIES: Final = 20
# A month with more articles than this is cut into 32 parts by the first digit of their short ids.
_MONTH_LIMIT: Final = 500
SHARDS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
# Sites whose columns have no entry yet still need a date in their feeds.
_NO_ENTRY_YET: Final = datetime.fromisoformat("2000-01-01T00:00:00+08:00")


def load_feed(context: SiteContext, column_id: UUID) -> tuple[Feed, Reads] | None:
    """Load a column's feed."""
    column = context.shelf.by_id.get(column_id)
    if column is None or not column.has_pages or not context.is_published:
        return None
    reads = Reads()
    reads.column(column_id)
    reads.keys.add(SITE_FRAME)
    shown = sorted(newest_shown(context, column_id, _FEED_ENTRIES, reads), key=_feed_order, reverse=True)
    entries = tuple(_feed_entry(context, one) for one in shown)
    base = context.base_url
    feed = Feed(
        id=f"urn:uuid:{column.id}",
        title=f"{column.name} - {context.site.name}",
        description=column.description,
        page_url=base + column.path,
        atom_url=base + addresses.feed_path(column.path, "atom"),
        rss_url=base + addresses.feed_path(column.path, "rss"),
        publisher=context.site.sponsor.name,
        updated_at=max((entry.updated_at for entry in entries), default=_NO_ENTRY_YET),
        entries=entries,
    )
    return feed, reads


def _feed_order(shown: Shown) -> tuple[datetime, UUID]:
    return shown.placement.published_at, shown.placement.id


def _feed_entry(context: SiteContext, shown: Shown) -> FeedEntry:
    published_at = shown.resource.published_at or shown.placement.published_at
    return FeedEntry(
        id=f"urn:uuid:{shown.resource.id}",
        title=shown.title,
        url=context.base_url + shown.url,
        published_at=published_at,
        updated_at=shown.resource.modified_at or published_at,
        summary=shown.version.description,
        author=shown.version.content_source,
    )


def load_robots(context: SiteContext) -> Robots:
    """Load robots.txt."""
    is_hidden = context.site.status != Site.Status.ONLINE
    return Robots(context.base_url + addresses.MAP_INDEX, is_hidden=is_hidden)


def load_map_index(context: SiteContext) -> SiteMapIndex:
    """Load the list of all parts of the site map."""
    paths = [addresses.MAP_OF_COLUMNS]
    for month in months_of(context.site.id):
        paths += [addresses.map_path(month, shard) for shard in shards_of(context.site.id, month)]
    return SiteMapIndex(tuple(SiteMapUrl(context.base_url + path) for path in paths))


def load_map_of_columns(context: SiteContext) -> tuple[SiteMap, Reads]:
    """Load the part of the site map with home and column lists."""
    reads = Reads()
    reads.keys |= {COLUMN_TREE, SITE_FRAME}
    shelf = context.shelf
    columns = sorted(column.path for column in shelf.by_id.values() if shelf.is_shown(column))
    urls = [SiteMapUrl(context.base_url + path) for path in ["/", *columns]]
    return SiteMap(tuple(urls)), reads


def load_map_of_month(context: SiteContext, month: str, shard: str) -> SiteMap | None:
    """Load the articles of a month; None when the map has no such part now."""
    if not context.is_published or shard not in shards_of(context.site.id, month):
        return None
    rows = _month(context.site.id, month, shard).order_by("resource__address")
    fields = ("resource__address", "resource__modified_at", "published_at")
    found = {address: modified or published for address, modified, published in rows.values_list(*fields)}
    urls = (SiteMapUrl(context.base_url + addresses.article_path(one), at) for one, at in found.items())
    return SiteMap(tuple(urls))


def months_of(site_id: UUID) -> list[str]:
    """The months of first publication of what a site shows, "2021/03"."""
    rows = Placement.objects.filter(VISIBLE, site_id=site_id).annotate(
        month=Substr("resource__address", 1, 7)
    )
    return sorted(rows.values_list("month", flat=True).distinct())


def shards_of(site_id: UUID, month: str) -> list[str]:
    """The parts a month's map is cut into: one without a name, or one for each first digit in use."""
    rows = _month(site_id, month)
    count = rows.count()
    if count <= _MONTH_LIMIT:
        return [""] if count else []
    digits = rows.annotate(digit=Substr("resource__address", 9, 1)).values_list("digit", flat=True).distinct()
    return sorted(digits)


def possible_shards() -> Iterator[str]:
    """All names a part of a month may have."""
    yield ""
    yield from SHARDS


def _month(site_id: UUID, month: str, shard: str = "") -> QuerySet[Placement]:
    prefix = f"{month}/{shard}"
    rows = Placement.objects.filter(VISIBLE, site_id=site_id)
    if connection.vendor == "sqlite":  # whose LIKE uses no index; addresses are ASCII, their order is binary
        return rows.filter(resource__address__gte=prefix, resource__address__lt=prefix + "\x7f")
    return rows.filter(resource__address__startswith=prefix)
