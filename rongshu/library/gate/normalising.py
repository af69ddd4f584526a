"""Dirty values become the form in which they are stored: clean text, safe HTML, codes and ISO dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from rongshu.foundation.text import normalise_line, normalise_text
from rongshu.library.gate.content import VersionContent
from rongshu.library.gate.schemas import FieldRule, TypeSchema
from rongshu.library.sanitising import replace_addresses, sanitise

_LINES: Final = (
    "title", "subtitle", "content_source", "author", "editor", "theme_code", "genre_code", "base_code",
    "form", "language", "open_type", "share_type", "image", "legacy_index_number",
)  # fmt: skip


def normalise(
    content: VersionContent, schema: TypeSchema, addresses: Mapping[str, str], base_url: str | None
) -> None:
    """Bring every element into its stored form, in place. Addresses of taken files become references."""
    for attribute in _LINES:
        value = getattr(content, attribute)
        if value and not _is_plain_code(value):
            setattr(content, attribute, normalise_line(value))
    content.description = normalise_text(content.description) if content.description else ""
    content.keywords = _distinct(content.keywords) if content.keywords else []
    content.audience = _distinct(content.audience) if content.audience else []
    content.image = addresses.get(content.image, content.image)
    if content.given_published_at is not None:
        content.given_published_at = content.given_published_at.replace(second=0, microsecond=0)
    _normalise_body(content, addresses, base_url)
    content.elements = _normalise_elements(content.elements, schema.fields) if content.elements else {}
    _codes_for_labels(content, schema)


def _is_plain_code(value: str) -> bool:
    """Whether a value is letters, digits and hyphens, as codes are: nothing to normalise."""
    return value.isascii() and value.replace("-", "").isalnum()


def _normalise_body(content: VersionContent, addresses: Mapping[str, str], base_url: str | None) -> None:
    safe = sanitise(content.body, base_url=base_url)
    content.body = replace_addresses(safe.html, addresses.get) if addresses else safe.html
    content.text = safe.text
    if "nesting" in safe.removed:
        content.flag("Content", "body-flattened", "正文的标签嵌套过深或前后不配对，已展平，请核对排版。")
    if any(image not in addresses for image in safe.references.images):
        content.flag("Content", "image-remote", "正文中有未能收入资源库的站外图片。")


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(line for line in map(normalise_line, values) if line))


def _codes_for_labels(content: VersionContent, schema: TypeSchema) -> None:
    for attribute, domain in schema.coded:
        value = getattr(content, attribute)
        if value and not (isinstance(value, str) and value in domain):
            setattr(content, attribute, _code_of(value, domain))


def _code_of(value: Any, domain: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_code_of(item, domain) for item in value]
    if not isinstance(value, str) or not value or value in domain:
        return value
    return next((code for code, label in domain.items() if label == value), value)


def _normalise_elements(elements: Mapping[str, Any], rules: Iterable[FieldRule]) -> dict[str, Any]:
    by_name = {rule.name: rule for rule in rules}
    normalised = {name: _normalise_value(value, by_name.get(name)) for name, value in elements.items()}
    return {name: value for name, value in normalised.items() if value not in (None, "", [], {})}


def _normalise_value(value: Any, rule: FieldRule | None) -> Any:
    if isinstance(value, list | tuple):
        return [_normalise_value(item, rule) for item in value if item not in (None, "")]
    if isinstance(value, Mapping):
        return _normalise_elements(value, rule.fields if rule else ())
    if isinstance(value, datetime | date):
        value = value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()
    if not isinstance(value, str):
        return value
    return _normalise_string(value, rule)


def _normalise_string(value: str, rule: FieldRule | None) -> str:
    kind = rule.data_type if rule else "text"
    if kind == "html":
        return sanitise(value).html
    text = normalise_text(value)
    if kind == "date":
        return iso_date(text) or text
    if rule and rule.domain:
        return str(_code_of(text, rule.domain))
    return _BY_TYPE.get(kind, str)(text)


_DATE: Final = re.compile(r"(\d{4})\s*(?:年|-|/|\.)\s*(\d{1,2})\s*(?:月|-|/|\.)\s*(\d{1,2})\s*(?:日|号)?")


def iso_date(text: str) -> str | None:
    """Return the date that `text` is, e.g. “2019年3月5日” or “2019/3/5”, as `2019-03-05`; None when it is
    none."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None


_BY_TYPE: Final[Mapping[str, Callable[[str], str]]] = {"code": normalise_line, "url": normalise_line}
