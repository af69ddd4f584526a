"""What machines read: feeds, site maps, robots.txt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from rongshu.foundation.prepared import Prepared
from rongshu.publishing import addresses
from rongshu.publishing.keys import COLUMN_TREE, SITE_FRAME, id_in
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.entries import Shown
from rongshu.publishing.loading.lists import newest_shown
from rongshu.publishing.loading.reads import Reads
from rongshu.publishing.loading.rows import AT_ONCE
from rongshu.publishing.manifest import Manifest
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
        language=context.site.language,
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


def load_map_index(context: SiteContext, manifest: Manifest) -> SiteMapIndex:
    """Load the list of all parts of the site map: those that lie in the tree."""
    first = addresses.MAP_OF_COLUMNS
    paths = [first, *(path for path in manifest.map_paths() if path != first)]
    return SiteMapIndex(tuple(SiteMapUrl(context.base_url + path) for path in paths))


def load_map_of_columns(context: SiteContext) -> tuple[SiteMap, Reads]:
    """Load the part of the site map with home and column lists."""
    reads = Reads()
    reads.keys |= {COLUMN_TREE, SITE_FRAME}
    shelf = context.shelf
    columns = sorted(column.path for column in shelf.by_id.values() if shelf.is_shown(column))
    urls = [SiteMapUrl(context.base_url + path) for path in ["/", *columns]]
    return SiteMap(tuple(urls)), reads


class MapReader:
    """Loads parts of the site map; of a batch of them it reads the dates together.

    A map lists the article pages that lie in the tree, by the manifest: the database would have to go
    through all placements of a site, or all resources of a month, to tell how many there are. Whoever
    brings an article page or takes one away asks for its maps (`maps_of`).
    """

    def __init__(self, context: SiteContext, manifest: Manifest) -> None:
        self._context, self._manifest = context, manifest
        self._sizes: dict[str, int] = {}
        self._dates: dict[UUID, datetime] = {}

    def read_ahead(self, parts: Iterable[tuple[str, str]]) -> None:
        """Read the dates of several parts with few statements."""
        wanted = [one for month, shard in parts for _, one in self._articles(month, shard)]
        for start in range(0, len(wanted), AT_ONCE):
            self._read_dates(wanted[start : start + AT_ONCE])

    def load(self, month: str, shard: str) -> SiteMap | None:
        """Load the articles of a month, or one shard of it; None when the map has no such part now."""
        found = self._articles(month, shard)
        self._read_dates([one for _, one in found if one not in self._dates])
        base = self._context.base_url
        urls = tuple(SiteMapUrl(base + path, self._dates.get(one)) for path, one in found)
        return SiteMap(urls) if urls else None

    def _articles(self, month: str, shard: str) -> list[tuple[str, UUID]]:
        if not self._context.is_published or self._is_cut(month) != bool(shard):
            return []
        found = self._manifest.articles_under(f"/a/{month}/{shard}")
        return [(path, id_in(key)) for path, key in found]

    def _is_cut(self, month: str) -> bool:
        if month not in self._sizes:
            self._sizes[month] = self._manifest.count_articles_under(f"/a/{month}/", _MONTH_LIMIT + 1)
        return self._sizes[month] > _MONTH_LIMIT

    def _read_dates(self, resource_ids: Sequence[UUID]) -> None:
        for start in range(0, len(resource_ids), AT_ONCE):
            some = resource_ids[start : start + AT_ONCE]
            for one, modified, published in _DATES.rows(some, self._context.site.id):
                self._dates[one] = modified or published


# Of several places the earliest counts: it comes last.
_DATES: Final = Prepared(
    lambda resource_ids, site_id: (
        Placement.objects.filter(resource_id__in=resource_ids, site_id=site_id)
        .order_by("-published_at")
        .values_list("resource_id", "resource__modified_at", "published_at")
    )
)


def maps_of(path: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """The (month, shard) of the two maps that may list an article page, by its path."""
    month = path[3:10]
    return (month, ""), (month, path[11:12])
