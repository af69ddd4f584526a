"""A search as a feed: the newest of what it finds."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from rongshu.publishing.web.framing import Feed, FeedEntry, FramedSite, label_on
from rongshu.search.queries.searching import ResultHit, Results
from rongshu.search.queries.texts import plain
from rongshu.search.web.asking import Asked
from rongshu.search.web.presenting import FEEDS

FEED_ENTRIES: Final = 30
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


def feed_of(framed: FramedSite, asked: Asked, results: Results) -> Feed:
    """Return the feed of a search; its addresses are absolute."""
    base, frame = framed.frame.base_url, framed.frame
    entries = tuple(_entry(one, framed) for one in results.hits)
    address = base + asked.url(f"{FEEDS}.atom")
    name = asked.text or label_on(framed, "最新信息")
    what = label_on(framed, "的搜索结果，新的在前")
    search = label_on(framed, "搜索")
    return Feed(
        id=f"urn:sha256:{hashlib.sha256(address.encode()).hexdigest()}",
        title=f"{name} - {frame.name} {search}",
        description=f"{frame.name}：“{name}”{what}",
        page_url=base + asked.url(),
        atom_url=address,
        rss_url=base + asked.url(f"{FEEDS}.rss"),
        publisher=frame.marks.sponsor,
        updated_at=max((one.updated_at for one in entries), default=_LONG_AGO),
        language=framed.site.language,
        entries=entries,
    )


def _entry(hit: ResultHit, framed: FramedSite) -> FeedEntry:
    at = datetime.combine(hit.published_on, time.min, _SHANGHAI) if hit.published_on else _LONG_AGO
    kind, _, identifier = hit.id.partition(":")
    return FeedEntry(
        id=f"urn:uuid:{identifier}" if kind == "resource" else f"urn:rongshu:{hit.id}",
        title=plain(hit.title_html),
        url=hit.url if "://" in hit.url else framed.frame.base_url + hit.url,
        published_at=at,
        updated_at=at,
        summary=plain(hit.snippet_html),
        author=hit.organization,
        categories=(label_on(framed, hit.type),) if hit.type else (),
    )
