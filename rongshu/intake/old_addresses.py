"""How the address of a page may be written in readers' bookmarks: the spellings that named one page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

_INDEX: Final = re.compile(r"/(?:index|default)\.(?:s?html?|jsp|aspx?|php)$", re.IGNORECASE)
_INDEX_FILES: Final = ("index.html", "index.htm", "index.shtml", "default.html")
_ESCAPE: Final = re.compile(r"%[0-9A-F]{2}")
_NAME: Final = re.compile(r"[a-z0-9.\-]*[a-z][a-z0-9.\-]*\.[a-z]{2,}(?::\d+)?")


def spellings(url: str) -> Iterator[tuple[str, str]]:
    """Yield (host with port, request URI with query) as browsers may send them, the address itself first.

    With and without `www.` and the folder's index file; percent escapes in either case. A fragment never
    reaches a server.
    """
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    path = parts.path or "/"
    host = parts.netloc.rpartition("@")[2].lower()
    for name in _hosts(host):
        for spelled in dict.fromkeys(_paths(path, has_query=bool(query))):
            uri = spelled + query
            yield name, uri
            lower = _ESCAPE.sub(lambda found: found[0].lower(), uri)
            if lower != uri:
                yield name, lower


def is_front_page(url: str) -> bool:
    """Whether the address names a folder or its index file, as the first page of a site does."""
    path = urlsplit(url).path or "/"
    return path.endswith("/") or bool(_INDEX.search(path))


def is_root(url: str) -> bool:
    """Whether the address is the first page of its host."""
    return is_front_page(url) and urlsplit(url).path.count("/") <= 1


def order_of(url: str, published_at: str | None) -> tuple[str, str, int, int, str]:
    """A key that sorts equal pages the same way in every run: the earliest first, then the plainest address.

    Which of two is met first depends on which the old server answers first. A day with a time of day comes
    before the same day without.
    """
    day, _, time = (published_at or "9999").partition(" ")
    return day, time or "24:00", url.count("/"), len(url), url


def _hosts(host: str) -> Iterator[str]:
    yield host
    if host.startswith("www."):
        yield host.removeprefix("www.")
    elif _NAME.fullmatch(host) and host.count(".") <= 2:
        yield f"www.{host}"


def _paths(path: str, *, has_query: bool) -> Iterator[str]:
    yield path
    if has_query:
        return
    if path.endswith("/"):
        yield from (path + name for name in _INDEX_FILES)
    elif _INDEX.search(path):
        yield _INDEX.sub("/", path)
