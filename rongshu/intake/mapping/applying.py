"""One record of a source and a mapping → an article as extraction would have found it, and its files."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml.html import HtmlElement

from rongshu.foundation.text import normalise_line
from rongshu.intake.extraction import PageRefused
from rongshu.intake.extraction.addresses import absolute, file_name
from rongshu.intake.extraction.attachments import find_attachments
from rongshu.intake.extraction.cleaning import clean_fragment, fragment_html, fragment_images, fragment_text
from rongshu.intake.extraction.document import parse_text, remove_unseen
from rongshu.intake.mapping.converting import NotConvertible, as_text, converted, raw_value, text_of
from rongshu.intake.mapping.reading import NUMBER_ELEMENT, FieldMapping, FileRule
from rongshu.intake.sources import SourceRecord, value_at

# Core elements that the format of extraction has places of its own for.
_IN_ARTICLE: Final = {
    "Title": "title", "SubTitle": "subtitle", "ContentSource": "source", "Author": "author",
    "PubDate": "published_at", "DocNo": "document_number", NUMBER_ELEMENT: "index_number",
}  # fmt: skip
_ATTRIBUTES: Final = {
    "Description": "description", "Keywords": "keywords", "Editor": "editor", "ThemeCat": "theme_code",
    "GenreCat": "genre_code", "BaseCat": "base_code", "FormCat": "form", "Audience": "audience",
    "Lang": "language", "OpenType": "open_type", "ShareType": "share_type",
}  # fmt: skip
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value does not do: the element, a stable code, a sentence, and the value as it was."""

    element: str
    name_cn: str
    code: str
    sentence: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class FileWish:
    """A file a record names: by its address, by its path below the source's folder, or there as bytes."""

    name: str
    url: str
    role: str = "attachment"
    alt: str = ""
    content: bytes | None = None


@dataclass(slots=True)
class MappedRecord:
    """A record in our terms: `extracted` in the format of `rongshu intake extract`, plus its own "record"."""

    key: str
    url: str
    extracted: dict[str, Any] = field(default_factory=dict)
    other_urls: list[str] = field(default_factory=list)
    column_path: list[str] = field(default_factory=list)
    files: list[FileWish] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_skipped: bool = False


def apply_mapping(mapping: FieldMapping, record: SourceRecord, *, prefix: str) -> MappedRecord:
    """Return what a record says here. `prefix` begins the address of a record that has none of its own."""
    values = record.values
    found = MappedRecord(record.key, _address(mapping, values) or f"{prefix}{record.key}")
    if record.code:
        found.problems.append(Problem("", "", record.code, record.reason))
        return found
    if mapping.skip and text_of(raw_value(mapping.skip, values)) in mapping.skipped_values:
        found.is_skipped = True
    elements = dict(_elements(mapping, values, found.problems))
    found.other_urls = list(_other_addresses(mapping, values))
    found.column_path = _column(mapping, values)
    base = found.url if found.url.startswith("http") else mapping.base or None
    body = _Body.of(elements.pop("Content", "") or "", mapping.base or base)
    found.files = [*_files(mapping, values, found), *body.files]
    found.extracted = _extracted(elements, body, found, mapping)
    return found


def _elements(
    mapping: FieldMapping, values: Mapping[str, Any], problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    for one in mapping.elements:
        try:
            value = converted(one.rule, one.way, values)
        except NotConvertible as failed:
            shown = text_of(raw_value(one.rule, values))[:_SHOWN]
            problems.append(Problem(one.name, one.name_cn, failed.code, failed.sentence, shown))
            continue
        if value is not None:
            yield one.name, value


def _extracted(
    elements: dict[str, Any], body: _Body, found: MappedRecord, mapping: FieldMapping
) -> dict[str, Any]:
    article = {place: elements.pop(name, None) for name, place in _IN_ARTICLE.items()}
    for name in ("title", "subtitle", "source", "author"):
        article[name] = normalise_line(str(article[name])) if article[name] else None
    own = {attribute: elements.pop(name) for name, attribute in _ATTRIBUTES.items() if name in elements}
    return {
        **article,
        "body_text": body.text or None,
        "body_html": body.html or None,
        "attachments": [
            {"name": one.name, "url": one.url} for one in found.files if one.role == "attachment"
        ],
        "images": [{"url": one.url, "alt": one.alt} for one in found.files if one.role == "image"],
        "column_path": found.column_path,
        "confidence": {},
        "found_by": {},
        "record": {"type_code": mapping.type_code, "elements": elements, **own},
    }


def _address(mapping: FieldMapping, values: Mapping[str, Any]) -> str:
    if mapping.address is None:
        return ""
    written = text_of(raw_value(mapping.address, values))
    return absolute(mapping.base or None, written) or "" if written else ""


def _other_addresses(mapping: FieldMapping, values: Mapping[str, Any]) -> Iterator[str]:
    for rule in mapping.other_addresses:
        written = text_of(raw_value(rule, values))
        if written and (url := absolute(mapping.base or None, written)):
            yield url


def _column(mapping: FieldMapping, values: Mapping[str, Any]) -> list[str]:
    if mapping.column is None:
        return []
    value = raw_value(mapping.column, values)
    if isinstance(value, list):
        return [as_text(one) for one in value]
    written = text_of(value)
    written = str(mapping.column.codes.get(written, written))
    return [part.strip() for part in written.split(mapping.separator) if part.strip()]


@dataclass(frozen=True, slots=True)
class _Body:
    html: str = ""
    text: str = ""
    files: tuple[FileWish, ...] = ()

    @classmethod
    def of(cls, written: str, base: str | None) -> _Body:
        """Clean a fragment as extraction cleans a page's body: Word's mark-up out, addresses absolute."""
        if not written.strip():
            return cls()
        try:
            tree, _ = parse_text(f"<html><body>{written}</body></html>")
        except PageRefused:
            return cls(html=written)
        body = tree.find("body")
        whole: HtmlElement = tree if body is None else body
        remove_unseen(whole)
        linked = [FileWish(one.name, one.url) for one in find_attachments([whole], base)]
        cleaned = clean_fragment(whole, base)
        shown = [
            FileWish("", one.url, "image", one.alt)
            for one in fragment_images(cleaned)
            if one.url.startswith(("http:", "https:"))
        ]
        return cls(fragment_html(cleaned), fragment_text(cleaned), (*linked, *shown))


def _files(mapping: FieldMapping, values: Mapping[str, Any], found: MappedRecord) -> Iterator[FileWish]:
    for rule in mapping.files:
        for place, one in enumerate(_named(rule, value_at(values, rule.field))):
            wish = _wish(rule, one, mapping.base, f"{found.url}#{rule.field}-{place}")
            if wish is None:
                sentence = "附件没有地址、路径或内容，或地址不完整（缺少 base），请核对映射的 files。"
                found.problems.append(
                    Problem("Attachments", "附件", "file-unknown", sentence, as_text(one)[:_SHOWN])
                )
            else:
                yield wish


def _named(rule: FileRule, value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    if isinstance(value, list):
        return value
    if isinstance(value, str) and rule.split:
        parts = [value]
        for separator in rule.split:
            parts = [inner for part in parts for inner in part.split(separator)]
        return [part.strip() for part in parts if part.strip()]
    return [value]


def _wish(rule: FileRule, one: Any, base: str, own_url: str) -> FileWish | None:
    if isinstance(one, bytes):
        return FileWish("附件", own_url, rule.role, content=one)
    if not isinstance(one, Mapping):
        url = absolute(base or None, as_text(one))
        return FileWish(file_name(url), url, rule.role) if url and url.startswith("http") else None
    name = text_of(value_at(one, rule.name)) if rule.name else ""
    if rule.content and (content := _bytes(value_at(one, rule.content))) is not None:
        return FileWish(name or "附件", own_url, rule.role, content=content)
    url = absolute(base or None, text_of(value_at(one, rule.path or "url")))
    return FileWish(name or file_name(url), url, rule.role) if url and url.startswith("http") else None


def _bytes(value: Any) -> bytes | None:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str) or not value:
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
