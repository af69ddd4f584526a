"""The validator of page tags (P5-01; 国办发〔2017〕47号, 附件 网页设计规范 – 网页标签)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from lxml import html as lxml_html

SITE_TAGS = ("SiteName", "SiteDomain", "SiteIDCode")
COLUMN_TAGS = ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
ARTICLE_TAGS = ("ArticleTitle", "PubDate", "ContentSource")

REQUIRED: dict[str, tuple[str, ...]] = {
    "site": SITE_TAGS,
    "column": SITE_TAGS + COLUMN_TAGS,
    "article": SITE_TAGS + COLUMN_TAGS + ARTICLE_TAGS,
}
"""What a page must carry: the home and other site pages 3, a column page 7, a detail page 10."""

_LEVELS = {
    "list": "column",
    "disclosure": "column",
    "article": "article",
    "leader": "article",
    "institution": "article",
    "topic": "article",
}


@dataclass(frozen=True, slots=True)
class MalformedTag:
    """A tag that is there with a value that it must not have."""

    name: str
    value: str
    expected: str


def missing_tags(html: str, *, level: str | None = None) -> list[str]:
    """Return the mandatory tags the page lacks or has empty, in the order of the specification.

    `level` is "site", "column" or "article"; without it our own `data-page` tells, and on foreign
    pages the tags that are there.
    """
    tags, page = _read(html)
    wanted = REQUIRED[level or _LEVELS.get(page, "") or _level_of(tags)]
    return [name for name in wanted if not tags.get(name, "").strip()]


def malformed_tags(html: str) -> list[MalformedTag]:
    """Return tags whose value is wrong: a PubDate that is no minute of a day, a bad SiteIDCode."""
    tags, _ = _read(html)
    found = []
    code = tags.get("SiteIDCode", "")
    if code and not re.fullmatch(r"\d{10}|bm\d{8}", code):
        found.append(MalformedTag("SiteIDCode", code, "10 位数字，或 bm 加 8 位数字"))
    published = tags.get("PubDate", "")
    if published and not _is_minute(published):
        found.append(MalformedTag("PubDate", published, "YYYY-MM-DD HH:MM，24 小时制"))
    return found


def _read(html: str) -> tuple[dict[str, str], str]:
    """Return the page's meta tags by name (the first of each) and its `data-page`."""
    if not html.strip():
        return {}, ""
    document = lxml_html.document_fromstring(html)
    tags: dict[str, str] = {}
    for element in document.iter("meta"):
        name = element.get("name")
        if name:
            tags.setdefault(name, element.get("content", ""))
    body = document.find("body")
    return tags, (body.get("data-page") or "") if body is not None else ""


def _level_of(tags: dict[str, str]) -> str:
    if any(name in tags for name in ARTICLE_TAGS):
        return "article"
    return "column" if any(name in tags for name in COLUMN_TAGS) else "site"


def _is_minute(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", text):
        return False
    try:
        datetime.strptime(text, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - a check of form, not an instant
    except ValueError:
        return False
    return True
