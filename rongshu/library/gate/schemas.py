"""The schema of a resource type as the gate reads it: plain data, no database, safe to send to a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One element: what it may hold and when it must.

    `condition` of a conditional element is `{"element": name, "in": [values]}` (mandatory when that element
    has one of the values) or `{"without": [names]}` (mandatory when none of these has a value); with
    `"flag": true` its absence is flagged, not refused. None: a person has to judge.
    `domain` maps codes to labels; None admits any value of the type.
    """

    name: str
    name_cn: str
    data_type: str
    length: int | None
    obligation: str
    condition: Mapping[str, Any] | None
    domain: Mapping[str, str] | None
    is_assigned: bool
    element_set: str
    fields: tuple[FieldRule, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeSchema:
    """A resource type with all its elements, core first, in the order of their definition."""

    type_id: UUID
    code: str
    standard: str
    name_cn: str
    is_document: bool
    fields: tuple[FieldRule, ...]

    def rule(self, name: str) -> FieldRule | None:
        """Return the rule of a top-level element."""
        return next((rule for rule in self.fields if rule.name == name), None)


CORE_ATTRIBUTES: Mapping[str, str] = {
    "Title": "title",
    "SubTitle": "subtitle",
    "Description": "description",
    "Keywords": "keywords",
    "Content": "body",
    "ContentSource": "content_source",
    "Author": "author",
    "Editor": "editor",
    "Publisher": "publisher_code",
    "PubDate": "given_published_at",
    "ThemeCat": "theme_code",
    "GenreCat": "genre_code",
    "BaseCat": "base_code",
    "FormCat": "form",
    "Audience": "audience",
    "Lang": "language",
    "OpenType": "open_type",
    "ShareType": "share_type",
    "Image": "image",
    "Attachments": "attachments",
    "SourceApp": "source_app",
}
"""Core element → attribute of `VersionContent`; every other element of a type lies in `elements`."""
