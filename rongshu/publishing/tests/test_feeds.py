"""Atom, RSS, site maps and robots.txt as their readers want them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from rongshu.publishing.pages.feeds import (
    SITE_MAP_LIMIT,
    SiteMapTooLong,
    render_atom,
    render_robots,
    render_rss,
    render_site_map,
    render_site_map_index,
)
from rongshu.publishing.pages.models import Feed, FeedEntry, Robots, SiteMap, SiteMapIndex, SiteMapUrl

AT = datetime(2024, 5, 17, 1, 30, tzinfo=UTC)
ENTRY = FeedEntry(
    id="urn:uuid:0190f1d2-0000-7000-8000-000000000001",
    title='关于<示范>的通知 & "说明"\x0b',
    url="https://www.shifan.example/a/2024/05/x.html?a=1&b=2",
    published_at=AT,
    updated_at=AT + timedelta(hours=1),
    summary="摘要 <b>不是</b> 标签",
    author="示范省人民政府",
    categories=("政策",),
)
FEED = Feed(
    id="https://www.shifan.example/news/",
    title="要闻动态_示范省人民政府",
    description="发布要闻",
    page_url="https://www.shifan.example/news/",
    atom_url="https://www.shifan.example/news/atom.xml",
    rss_url="https://www.shifan.example/news/rss.xml",
    publisher="示范省人民政府",
    updated_at=AT,
    entries=(ENTRY, replace(ENTRY, id="urn:uuid:2", summary="", author="", categories=())),
)
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def test_atom_is_well_formed_and_complete() -> None:
    root = etree.fromstring(render_atom(FEED).encode())
    for required in ("id", "title", "updated"):
        assert root.findtext(f"a:{required}", namespaces=ATOM)
    assert root.findtext("a:updated", namespaces=ATOM) == "2024-05-17T09:30:00+08:00"
    first = root.find("a:entry", namespaces=ATOM)
    assert first is not None
    assert first.findtext("a:title", namespaces=ATOM) == '关于<示范>的通知 & "说明"'
    assert first.findtext("a:summary", namespaces=ATOM) == "摘要 <b>不是</b> 标签"
    link = first.find("a:link", namespaces=ATOM)
    assert link is not None
    assert link.get("href") == ENTRY.url


def test_rss_is_well_formed_and_complete() -> None:
    channel = etree.fromstring(render_rss(FEED).encode()).find("channel")
    assert channel is not None
    for required in ("title", "link", "description"):
        assert channel.findtext(required)
    item = channel.find("item")
    assert item is not None
    assert item.findtext("pubDate") == "Fri, 17 May 2024 01:30:00 GMT"
    assert item.findtext("guid") == ENTRY.id
    assert item.findtext("link") == ENTRY.url


@pytest.mark.parametrize(("language", "tag"), [("zh-Hans", "zh-CN"), ("en", "en"), ("zh-Hant", "zh-Hant")])
def test_feeds_say_the_language_of_their_site(language: str, tag: str) -> None:
    feed = replace(FEED, language=language)
    assert etree.fromstring(render_rss(feed).encode()).findtext("channel/language") == tag
    root = etree.fromstring(render_atom(feed).encode())
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == tag


def test_feed_without_entries_is_valid() -> None:
    empty = replace(FEED, entries=())
    assert etree.fromstring(render_atom(empty).encode()).findall("a:entry", namespaces=ATOM) == []
    assert etree.fromstring(render_rss(empty).encode()).findall("channel/item") == []


def test_site_map_lists_addresses() -> None:
    site_map = SiteMap((SiteMapUrl("https://x.example/?a=1&b=2", AT), SiteMapUrl("https://x.example/b.html")))
    root = etree.fromstring(render_site_map(site_map).encode())
    assert [each.text for each in root.iter("{*}loc")] == [
        "https://x.example/?a=1&b=2",
        "https://x.example/b.html",
    ]
    assert [each.text for each in root.iter("{*}lastmod")] == ["2024-05-17T09:30:00+08:00"]
    index = render_site_map_index(SiteMapIndex((SiteMapUrl("https://x.example/sitemap-1.xml", AT),)))
    assert etree.fromstring(index.encode()).tag == "{http://www.sitemaps.org/schemas/sitemap/0.9}sitemapindex"


def test_too_long_a_site_map_is_refused() -> None:
    url = SiteMapUrl("https://x.example/")
    with pytest.raises(SiteMapTooLong):
        render_site_map(SiteMap((url,) * (SITE_MAP_LIMIT + 1)))
    assert render_site_map(SiteMap((url,) * SITE_MAP_LIMIT)).count("<loc>") == SITE_MAP_LIMIT


def test_robots() -> None:
    shown = render_robots(Robots("https://x.example/sitemap.xml"))
    assert "Disallow: /-/" in shown
    assert "Sitemap: https://x.example/sitemap.xml" in shown
    assert (
        render_robots(Robots("https://x.example/sitemap.xml", is_hidden=True))
        == "User-agent: *\nDisallow: /\n"
    )
