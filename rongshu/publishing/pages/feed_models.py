"""What machines read: feeds, site maps, robots.txt. Addresses in here are absolute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry. `id` is a stable URI that never changes ("urn:uuid:<resource id>")."""

    id: str
    title: str
    url: str
    published_at: datetime
    updated_at: datetime
    summary: str = ""
    author: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A column's feed, rendered as Atom (`feeds.render_atom`) or RSS 2.0 (`feeds.render_rss`).

    `updated_at`: the newest change among the entries or of the column, never the time of the run.
    `language`: the site's, as its pages have it.
    """

    id: str
    title: str
    description: str
    page_url: str
    atom_url: str
    rss_url: str
    publisher: str
    updated_at: datetime
    language: str = "zh-Hans"
    entries: tuple[FeedEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteMapUrl:
    """One address in a site map."""

    url: str
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SiteMap:
    """A sitemap.xml or a part of it: at most 50,000 addresses (sitemaps.org)."""

    urls: tuple[SiteMapUrl, ...]


@dataclass(frozen=True, slots=True)
class SiteMapIndex:
    """A sitemap.xml that lists other site maps."""

    parts: tuple[SiteMapUrl, ...]


@dataclass(frozen=True, slots=True)
class Robots:
    """robots.txt. `is_hidden`: nothing may be crawled (a site that is preparing, offline or closed)."""

    site_map_url: str
    is_hidden: bool = False
