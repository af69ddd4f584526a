"""The schema of a resource type as the gate reads it: plain data, no database, safe to send to a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
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


@dataclass(frozen=True)
class TypeSchema:
    """A resource type with all its elements, core first, in the order of their definition.

    What the gate asks of it for every record is worked out once, at the first record.
    """

    type_id: UUID
    code: str
    standard: str
    name_cn: str
    is_document: bool
    fields: tuple[FieldRule, ...]

    def rule(self, name: str) -> FieldRule | None:
        """Return the rule of a top-level element."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, FieldRule]:
        return {rule.name: rule for rule in reversed(self.fields)}

    @cached_property
    def demanded(self) -> tuple[tuple[FieldRule, str | None], ...]:
        """Every rule a record has to keep, with the attribute that holds it; None: it lies in `elements`."""
        kept = [rule for rule in self.fields if not rule.is_assigned and rule.name != "PubDate"]
        return tuple((rule, CORE_ATTRIBUTES.get(rule.name)) for rule in kept)

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The elements a record may bring beside the core."""
        own = [rule for rule in self.fields if not rule.is_assigned and rule.name not in CORE_ATTRIBUTES]
        return frozenset(rule.name for rule in own)

    @cached_property
    def coded(self) -> tuple[tuple[str, Mapping[str, str]], ...]:
        """The attributes that hold a code or codes of a domain."""
        rules = [(CORE_ATTRIBUTES.get(rule.name), rule.domain) for rule in self.fields]
        return tuple((attribute, domain) for attribute, domain in rules if attribute and domain)


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
