"""Where things lie on a site: the addresses that readers, maps and feeds are given."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from rongshu.foundation.canonical_json import split_digest

HOME: Final = "/index.html"
TREE: Final = "/sitemap.html"
MISSING: Final = "/404.html"
GONE: Final = "/410.html"
ROBOTS: Final = "/robots.txt"
ASSETS: Final = "/assets/"
MAP_INDEX: Final = "/sitemap.xml"
MAP_OF_COLUMNS: Final = "/sitemap-columns.xml"
# Names that begin with a dot are never served as such: they tell the server what to answer instead.
OFFLINE_NOTICE: Final = "/.offline.html"
CLOSED_NOTICE: Final = "/.closed.html"
SUCCESSOR: Final = "/.successor"
GONE_SUFFIX: Final = ".gone"

_UNSAFE: Final = re.compile(r"[^\w.\-（）()《》〔〕【】]+")
_MOST_BYTES: Final = 150


def article_path(address: str) -> str:
    """The path of an article: its address never changes, so neither does this."""
    return f"/a/{address}.html"


def list_path(column_path: str, number: int = 0) -> str:
    """The file of a column's page one (0) or of a numbered chunk."""
    return f"{column_path}index.html" if number == 0 else f"{column_path}{number}.html"


def list_url(column_path: str, number: int = 0) -> str:
    """The address of a column list as readers see it."""
    return column_path if number == 0 else f"{column_path}{number}.html"


def feed_path(column_path: str, form: str) -> str:
    """The path of a column's feed."""
    return f"{column_path}feed.{form}"


def map_path(month: str, shard: str = "") -> str:
    """The path of a month's part of the site map; `month` is "2021/03"."""
    name = month.replace("/", "-") + (f"-{shard}" if shard else "")
    return f"/sitemap-{name}.xml"


def file_path(digest: str, name: str) -> str:
    """The path of a copied file: the head of its digest keeps names apart, the name stays readable."""
    return f"/f/{split_digest(digest)[1][:16]}/{safe_name(name)}"


def file_url(path: str) -> str:
    """The address of a copied file, encoded."""
    return quote(path)


def safe_name(name: str) -> str:
    """A file name that leads nowhere, hides nothing and fits every file system; keeps its extension."""
    base = _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).lstrip(".") or "file"
    stem, dot, extension = base.rpartition(".")
    if not dot:
        stem, extension = base, ""
    extension = extension[:10]
    room = _MOST_BYTES - len(extension.encode()) - 1
    stem = stem.encode()[:room].decode(errors="ignore") or "file"
    return f"{stem}.{extension}" if extension else stem
