"""Declared rules that complete migrated and harvested records; every filled element is marked with its
rule."""

from __future__ import annotations

import re
from typing import Any, Final

from rongshu.foundation.text import summary
from rongshu.library.gate.content import VersionContent
from rongshu.library.gate.records import GateDefaults
from rongshu.library.gate.schemas import CORE_ATTRIBUTES, TypeSchema

SUMMARY_LENGTH: Final = 200
FALLBACK_THEME: Final = "22"
FALLBACK_GENRE: Final = "other"


def derive(content: VersionContent, schema: TypeSchema, defaults: GateDefaults) -> None:
    """Fill what is missing, in place. Only the form, which the content itself shows, is filled for
    everyone."""
    if defaults.derives:
        _fill(content, "ContentSource", defaults.content_source, "site-default")
        _fill(content, "ContentSource", content.publisher_name, "publisher-name")
        if not content.description:
            # A summary needs no more of a long text than it may hold, and a line end is one character of it.
            opening = summary(content.text[: 2 * SUMMARY_LENGTH], SUMMARY_LENGTH)
            _fill(content, "Description", opening, "summary-of-text")
            _fill(content, "Description", content.title, "title")
        if schema.rule("WrittenDate"):
            _derive_document_elements(content)
        _derive_map_number(content)


def fall_back(content: VersionContent, schema: TypeSchema, defaults: GateDefaults) -> None:
    """After classification: the site's defaults for codes that no rule could find."""
    if not defaults.derives:
        return
    _fill(content, "ThemeCat", defaults.theme_code, "site-default")
    _fill(content, "ThemeCat", FALLBACK_THEME, "fallback-other")
    if schema.is_document:
        _fill(content, "GenreCat", defaults.genre_code, "site-default")
        _fill(content, "GenreCat", FALLBACK_GENRE, "fallback-other")


def _fill(content: VersionContent, element: str, value: Any, rule: str) -> None:
    if not value:
        return
    attribute = CORE_ATTRIBUTES.get(element)
    if attribute is None:
        if content.elements.get(element) in (None, "", []):
            content.elements[element] = value
            content.derived[element] = rule
    elif not getattr(content, attribute):
        setattr(content, attribute, value)
        content.derived[element] = rule


_SIGNED_ON: Final = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日\s*$", re.MULTILINE)


def _derive_document_elements(content: VersionContent) -> None:
    _fill(content, "IssuingOrg", [content.publisher_name], "publisher-name")
    signed = _SIGNED_ON.findall(content.text[-300:])
    if signed:
        year, month, day = map(int, signed[-1])
        if 1 <= month <= 12 and 1 <= day <= 31 and year >= 1949:
            _fill(content, "WrittenDate", f"{year:04}-{month:02}-{day:02}", "date-of-signature")
    if content.given_published_at is not None:
        from_publication = content.given_published_at.date().isoformat()
        _fill(content, "WrittenDate", from_publication, "publication-date")
    _fill(content, "Aging", _aging(content), "dates-of-document")


def _aging(content: VersionContent) -> str:
    # Later changes of 时效性 are the clock's and the relations' (actions/set_document_dates); this is the
    # start.
    return "abolished" if content.elements.get("AbolishDate") else "valid"


_MAP_NUMBER: Final = re.compile(
    r"审图号[：:\s]*([\u4e00-\u9fff]{1,3}S?\s*[（(〔\[]\d{4}[）)〕\]]\s*\d{1,6}号)"
)
_MAP_WORDS: Final = re.compile(r"(?:行政区划|交通|旅游|地形|水系|规划|示意|政区)[^，。\s]{0,6}图|地图(?!集)")
_NO_MAP: Final = re.compile("网站地图|站点地图|百度地图")


def _derive_map_number(content: VersionContent) -> None:
    images = [file for file in content.attachments if file["role"] == "image"]
    found = _MAP_NUMBER.search(content.text) if "审图号" in content.text else None
    if found:
        _fill(content, "ContainsMap", True, "map-number-in-text")
        _fill(content, "MapNo", found[1].replace(" ", ""), "map-number-in-text")
    elif any(_is_map(f"{file['name']} {file['alt']}") for file in images):
        # A guess about a picture may flag, not refuse: who knows sets ContainsMap, and then it is demanded.
        content.flag("MapNo", "map-number-missing", "图片疑似地图，但没有审图号，请确认。")


def _is_map(words: str) -> bool:
    return _MAP_WORDS.search(_NO_MAP.sub("", words)) is not None
