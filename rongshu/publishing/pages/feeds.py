"""Feeds, site maps and robots.txt from their models: pure functions, text out."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from rongshu.foundation.errors import InvalidInput
from rongshu.publishing.pages.feed_models import Feed, FeedEntry, Robots, SiteMap, SiteMapIndex, SiteMapUrl
from rongshu.publishing.pages.formats import SHANGHAI

SITE_MAP_LIMIT = 50_000
"""Addresses in one site map (sitemaps.org)."""

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITE_MAP_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class SiteMapTooLong(InvalidInput):
    """More addresses than one site map may hold."""

    code = "site-map-too-long"
    sentence = "一个站点地图最多 50000 个地址，请分成多个。"


def render_atom(feed: Feed) -> str:
    """Return the feed as Atom (RFC 4287)."""
    entries = "".join(map(_atom_entry, feed.entries))
    return (
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(_tag(feed.language))}>\n'
        f"<id>{_text(feed.id)}</id>\n<title>{_text(feed.title)}</title>\n"
        f"<subtitle>{_text(feed.description)}</subtitle>\n<updated>{_instant(feed.updated_at)}</updated>\n"
        f"<author><name>{_text(feed.publisher)}</name></author>\n"
        f'<link rel="alternate" type="text/html" href={quoteattr(feed.page_url)}/>\n'
        f'<link rel="self" type="application/atom+xml" href={quoteattr(feed.atom_url)}/>\n'
        f"{entries}</feed>\n"
    )


def _atom_entry(entry: FeedEntry) -> str:
    author = f"<author><name>{_text(entry.author)}</name></author>\n" if entry.author else ""
    summary = f"<summary>{_text(entry.summary)}</summary>\n" if entry.summary else ""
    categories = "".join(f"<category term={quoteattr(_legal(each))}/>\n" for each in entry.categories)
    return (
        f"<entry>\n<id>{_text(entry.id)}</id>\n<title>{_text(entry.title)}</title>\n"
        f'<link rel="alternate" type="text/html" href={quoteattr(entry.url)}/>\n'
        f"<published>{_instant(entry.published_at)}</published>\n"
        f"<updated>{_instant(entry.updated_at)}</updated>\n{author}{categories}{summary}</entry>\n"
    )


def render_rss(feed: Feed) -> str:
    """Return the feed as RSS 2.0."""
    items = "".join(map(_rss_item, feed.entries))
    return (
        f'{_XML}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
        f"<title>{_text(feed.title)}</title>\n<link>{_text(feed.page_url)}</link>\n"
        f"<description>{_text(feed.description)}</description>\n<language>{_text(_tag(feed.language))}</language>\n"
        f"<lastBuildDate>{_mail_date(feed.updated_at)}</lastBuildDate>\n"
        f'<atom:link rel="self" type="application/rss+xml" href={quoteattr(feed.rss_url)}/>\n'
        f"{items}</channel>\n</rss>\n"
    )


def _rss_item(entry: FeedEntry) -> str:
    summary = f"<description>{_text(entry.summary)}</description>\n" if entry.summary else ""
    categories = "".join(f"<category>{_text(each)}</category>\n" for each in entry.categories)
    return (
        f"<item>\n<title>{_text(entry.title)}</title>\n<link>{_text(entry.url)}</link>\n"
        f'<guid isPermaLink="false">{_text(entry.id)}</guid>\n'
        f"<pubDate>{_mail_date(entry.published_at)}</pubDate>\n{categories}{summary}</item>\n"
    )


def _tag(language: str) -> str:
    """Readers of feeds know the codes of RSS 0.91, which have no scripts."""
    return "zh-CN" if language == "zh-Hans" else language


def render_site_map(site_map: SiteMap) -> str:
    """Return sitemap.xml; raise `SiteMapTooLong`."""
    if len(site_map.urls) > SITE_MAP_LIMIT:
        raise SiteMapTooLong
    urls = "".join(_located("url", each) for each in site_map.urls)
    return f"{_XML}<urlset {_SITE_MAP_NAMESPACE}>\n{urls}</urlset>\n"


def render_site_map_index(index: SiteMapIndex) -> str:
    """Return a sitemap.xml that lists its parts; raise `SiteMapTooLong`."""
    if len(index.parts) > SITE_MAP_LIMIT:
        raise SiteMapTooLong
    parts = "".join(_located("sitemap", each) for each in index.parts)
    return f"{_XML}<sitemapindex {_SITE_MAP_NAMESPACE}>\n{parts}</sitemapindex>\n"


def _located(name: str, url: SiteMapUrl) -> str:
    modified = f"<lastmod>{_instant(url.modified_at)}</lastmod>" if url.modified_at else ""
    return f"<{name}><loc>{_text(url.url)}</loc>{modified}</{name}>\n"


def render_robots(robots: Robots) -> str:
    """Return robots.txt: dynamic pages are left out, a hidden site wholly."""
    if robots.is_hidden:
        return "User-agent: *\nDisallow: /\n"
    return f"User-agent: *\nDisallow: /-/\n\nSitemap: {robots.site_map_url}\n"


def _legal(text: str) -> str:
    """Return the text without the characters XML 1.0 forbids."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c >= " " or c in "\t\n\r")


def _text(text: str) -> str:
    return escape(_legal(text))


def _instant(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _mail_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
