"""Between a form and a record: what was posted, what is kept in a draft, and what the gate receives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.http import QueryDict
from django.utils import timezone

from rongshu.library.errors import ElementMalformed
from rongshu.library.gate.records import IncomingFile, IncomingRecord
from rongshu.library.gate.schemas import CORE_ATTRIBUTES, FieldRule, TypeSchema
from rongshu.library.models import ResourceVersion
from rongshu.organizations.models import Organization

# Given by the page's own parts, not by fields: the text, the files, who writes.
_NOT_IN_FORM: Final = frozenset({"Content", "Attachments", "SourceApp", "Publisher"})
_LIST_MARKS: Final = re.compile(r"[、,，;；\n]+")
_MOST_ROWS: Final = 200
_TEXTS: Final = {
    "Title": "title", "SubTitle": "subtitle", "Description": "description", "ContentSource": "content_source",
    "Author": "author", "Editor": "editor", "ThemeCat": "theme_code", "GenreCat": "genre_code",
    "BaseCat": "base_code", "FormCat": "form", "Lang": "language", "OpenType": "open_type",
    "ShareType": "share_type", "Image": "image",
}  # fmt: skip


def rules_in_form(schema: TypeSchema) -> list[FieldRule]:
    """Return the elements a person fills in, in the order of their definition."""
    return [rule for rule in schema.fields if not rule.is_assigned and rule.name not in _NOT_IN_FORM]


def beginning_values(owner: Organization) -> dict[str, Any]:
    """Return what a new piece of a unit begins with."""
    return {
        "OpenType": "proactive",
        "ShareType": "unconditional",
        "Lang": "zh-Hans",
        "FormCat": "text",
        "ContentSource": owner.name,
    }


def read_posted(schema: TypeSchema, posted: QueryDict) -> dict[str, Any]:
    """Return the elements of a posted form; what is empty is left out, what is malformed stays as typed."""
    values = {rule.name: _read(rule, rule.name, posted) for rule in rules_in_form(schema)}
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _read(rule: FieldRule, name: str, posted: QueryDict) -> Any:
    if rule.data_type == "array":
        return _read_list(rule, name, posted)
    text = posted.get(name, "").strip().replace("\r\n", "\n")
    if rule.data_type == "boolean":
        return {"true": True, "false": False}.get(text)
    return _number(text) if rule.data_type == "number" else text


def _read_list(rule: FieldRule, name: str, posted: QueryDict) -> list[Any]:
    if rule.fields:
        return _read_rows(rule, name, posted)
    if rule.domain:
        return [value for value in posted.getlist(name) if value]
    return [item.strip() for item in _LIST_MARKS.split(posted.get(name, "")) if item.strip()]


def _read_rows(rule: FieldRule, name: str, posted: QueryDict) -> list[dict[str, Any]]:
    pattern = re.compile(rf"{re.escape(name)}\.(\d{{1,4}})\.")
    indexes = sorted({int(found[1]) for key in posted if (found := pattern.match(key))})[:_MOST_ROWS]
    rows = []
    for index in indexes:
        row = {field.name: _read(field, f"{name}.{index}.{field.name}", posted) for field in rule.fields}
        row = {key: value for key, value in row.items() if value not in (None, "", [])}
        if row:
            rows.append(row)
    return rows


def _number(text: str) -> int | float | str:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def record_of(
    *,
    type_code: str,
    owner: Organization,
    values: Mapping[str, Any],
    body: str,
    files: Iterable[IncomingFile] = (),
    source_app: str = "newsroom",
) -> IncomingRecord:
    """Return the record that a draft's values say; raise `ElementMalformed` for a date that is none."""
    texts: dict[str, Any] = {
        attribute: str(values[name]) for name, attribute in _TEXTS.items() if values.get(name)
    }
    return IncomingRecord(
        type_code=type_code,
        owner=owner,
        title=texts.pop("title", ""),
        body_html=body,
        keywords=tuple(values.get("Keywords", ())),
        audience=tuple(values.get("Audience", ())),
        given_published_at=_instant(values.get("PubDate")),
        elements={name: value for name, value in values.items() if name not in CORE_ATTRIBUTES},
        files=tuple(files),
        source_app=source_app,
        **texts,
    )


def _instant(text: Any) -> datetime | None:
    if not text:
        return None
    try:
        given = datetime.fromisoformat(str(text))
    except ValueError:
        raise ElementMalformed.at("PubDate", "发布时间", "应当是日期时间，如 2026-03-05 09:30") from None
    return given if given.tzinfo else timezone.make_aware(given)


def values_of(version: ResourceVersion) -> dict[str, Any]:
    """Return the elements of a version as a draft keeps them."""
    values: dict[str, Any] = dict(version.elements)
    for name, attribute in _TEXTS.items():
        values[name] = getattr(version, attribute)
    values["Keywords"], values["Audience"] = list(version.keywords), list(version.audience)
    if version.given_published_at is not None:
        values["PubDate"] = timezone.localtime(version.given_published_at).strftime("%Y-%m-%dT%H:%M")
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
