"""Does a record hold what its type demands? Every complaint names the element (P6-01)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from rongshu.foundation.text import is_placeholder
from rongshu.library.errors import (
    ElementMalformed,
    ElementMissing,
    ElementNotInDomain,
    ElementPlaceholder,
    ElementRefused,
    ElementTooLong,
    ElementUnknown,
    PublishedAtMissing,
)
from rongshu.library.gate.content import VersionContent
from rongshu.library.gate.schemas import CORE_ATTRIBUTES, FieldRule, TypeSchema


def check(content: VersionContent, schema: TypeSchema, *, needs_published_at: bool) -> list[ElementRefused]:
    """Return everything that refuses the record; conditional elements that only a person can judge are
    flagged."""
    errors = [*_unknown_elements(content, schema)]
    elements = content.elements
    for rule, attribute in schema.demanded:
        value = getattr(content, attribute) if attribute else elements.get(rule.name)
        if rule.obligation == "O" and _is_empty(value):
            continue
        if not _is_plainly_right(rule, value):
            errors += _complaints(rule, value, content)
    if needs_published_at and content.given_published_at is None:
        errors.append(PublishedAtMissing.at("PubDate", "发布时间"))
    return errors


def _value_of(content: VersionContent, name: str) -> Any:
    attribute = CORE_ATTRIBUTES.get(name)
    return getattr(content, attribute) if attribute else content.elements.get(name)


def _is_plainly_right(rule: FieldRule, value: Any) -> bool:
    """Whether a value is a text that nothing can be said against: most values of most records."""
    if type(value) is not str or not value or rule.data_type not in _WRITTEN:
        return False
    if rule.length and len(value) > rule.length:
        return False
    if rule.domain is not None:
        return value in rule.domain
    return len(value) > _LONGEST_PLACEHOLDER or not is_placeholder(value)


_WRITTEN: Final = frozenset({"text", "html", "code"})
_LONGEST_PLACEHOLDER: Final = 40
"""A longer text is no placeholder; stripping it to find out would cost more than all other checks."""


def _unknown_elements(content: VersionContent, schema: TypeSchema) -> Iterator[ElementRefused]:
    for name in content.elements:
        if name not in schema.own_names:
            yield ElementUnknown.at(name, name)


def _complaints(rule: FieldRule, value: Any, content: VersionContent) -> Iterator[ElementRefused]:
    if not _is_empty(value):
        yield from _value_complaints(rule, value)
    elif rule.obligation == "M":
        yield ElementMissing.at(rule.name, rule.name_cn)
    elif rule.obligation == "C" and rule.condition and _applies(rule.condition, content):
        if rule.condition.get("flag"):
            content.flag(rule.name, "element-missing", f"“{rule.name_cn}”应当填写。")
        else:
            yield ElementMissing.at(rule.name, rule.name_cn)
    elif rule.obligation == "C" and rule.condition is None:
        content.flag(rule.name, "element-missing", f"“{rule.name_cn}”为空，请确认是否适用。")


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _applies(condition: Mapping[str, Any], content: VersionContent) -> bool:
    if "without" in condition:
        return all(_is_empty(_value_of(content, name)) for name in condition["without"])
    return _value_of(content, condition["element"]) in condition["in"]


def _value_complaints(rule: FieldRule, value: Any) -> Iterator[ElementRefused]:
    # A code may be called "none" (不予共享); what the domain admits is no mark of absence.
    codes = rule.domain or ()
    if any(is_placeholder(text) and text not in codes for text in _strings_in(value)):
        yield ElementPlaceholder.at(rule.name, rule.name_cn)
    elif rule.data_type == "array":
        yield from _array_complaints(rule, value)
    elif rule.data_type == "object":
        yield from _object_complaints(rule, value)
    else:
        yield from _scalar_complaints(rule, value)


def _strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) <= _LONGEST_PLACEHOLDER:
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings_in(item)


def _array_complaints(rule: FieldRule, value: Any) -> Iterator[ElementRefused]:
    if not isinstance(value, list):
        yield ElementMalformed.at(rule.name, rule.name_cn, "应当是列表")
        return
    for item in value:
        if rule.fields:
            yield from _object_complaints(rule, item)
        else:
            yield from _scalar_complaints(rule, item)


def _object_complaints(rule: FieldRule, value: Any) -> Iterator[ElementRefused]:
    if not isinstance(value, Mapping):
        yield ElementMalformed.at(rule.name, rule.name_cn, "应当是键值结构")
        return
    nested = {field.name: field for field in rule.fields}
    for name in value:
        if nested and name not in nested:
            yield ElementUnknown.at(f"{rule.name}.{name}", f"{rule.name_cn}·{name}")
    for field in rule.fields:
        item = value.get(field.name)
        if not _is_empty(item):
            yield from _value_complaints(_within(field, rule), item)
        elif field.obligation == "M":
            yield ElementMissing.at(f"{rule.name}.{field.name}", f"{rule.name_cn}·{field.name_cn}")


def _within(field: FieldRule, parent: FieldRule) -> FieldRule:
    return FieldRule(
        f"{parent.name}.{field.name}", f"{parent.name_cn}·{field.name_cn}", field.data_type, field.length,
        field.obligation, field.condition, field.domain, field.is_assigned, field.element_set, field.fields,
    )  # fmt: skip


def _scalar_complaints(rule: FieldRule, value: Any) -> Iterator[ElementRefused]:
    if not _HAS_TYPE.get(rule.data_type, _is_text)(value):
        yield ElementMalformed.at(rule.name, rule.name_cn, _EXPECTED.get(rule.data_type, "应当是文字"))
    elif rule.domain is not None and value not in rule.domain:
        yield ElementNotInDomain.at(rule.name, rule.name_cn, f"的取值“{str(value)[:40]}”不在规定的值域内")
    elif rule.length and isinstance(value, str) and len(value) > rule.length:
        yield ElementTooLong.at(rule.name, rule.name_cn, f"有 {len(value)} 字，超过规定的 {rule.length} 字")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_datetime(value: Any) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is not None
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_url(value: Any) -> bool:
    if not isinstance(value, str) or re.search(r"\s", value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _is_reference(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def _is_file(value: Any) -> bool:
    return isinstance(value, str | list | dict)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


_HAS_TYPE: Final[Mapping[str, Callable[[Any], bool]]] = {
    "date": _is_date,
    "datetime": _is_datetime,
    "number": _is_number,
    "boolean": _is_boolean,
    "url": _is_url,
    "reference": _is_reference,
    "file": _is_file,
}
_EXPECTED: Final[Mapping[str, str]] = {
    "date": "应当是日期，如 2026-03-05",
    "datetime": "应当是日期时间，如 2026-03-05 09:30",
    "number": "应当是数字",
    "boolean": "应当是“是”或“否”",
    "url": "应当是 http 或 https 网址",
    "reference": "应当是资源标识符",
    "file": "应当是附件",
}
