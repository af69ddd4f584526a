"""What one version says, between the gate's steps: plain data, and the digest over its origin fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from rongshu.foundation.canonical_json import digest


@dataclass(slots=True)
class VersionContent:
    """The elements of a version on their way through the gate; `text` is the plain text of `body`.

    `derived` names the elements a declared rule filled in, and the rule; `flags` are findings that a
    person should look at and that don't refuse the record: `{"element", "code", "message"}`.
    """

    key: str
    resource_id: UUID
    version_id: UUID
    standard: str
    type_code: str
    owner_id: UUID
    owner_code: str
    publisher_id: UUID
    publisher_code: str
    publisher_name: str
    title: str
    body: str
    text: str
    content_source: str = ""
    subtitle: str = ""
    description: str = ""
    keywords: list[str] = field(default_factory=list)
    author: str = ""
    editor: str = ""
    theme_code: str = ""
    genre_code: str = ""
    base_code: str = ""
    form: str = ""
    audience: list[str] = field(default_factory=list)
    language: str = "zh-Hans"
    open_type: str = "proactive"
    share_type: str = "unconditional"
    image: str = ""
    given_published_at: datetime | None = None
    published_precision: str = "minute"
    elements: dict[str, Any] = field(default_factory=dict)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    derived: dict[str, str] = field(default_factory=dict)
    flags: list[dict[str, str]] = field(default_factory=list)
    source_app: str = "newsroom"
    legacy_index_number: str = ""
    origin_node: UUID | None = None
    origin_version: int | None = None

    def flag(self, element: str, code: str, message: str) -> None:
        """Note a finding for a person to look at."""
        self.flags.append({"element": element, "code": code, "message": message})


def digest_of_content(content: VersionContent) -> str:
    """Return the digest of a version: RFC 8785 over its origin fields, so that it means the same on every
    node.

    Organisations stand by credit code, times in UTC, files by digest. What is assigned on becoming effective
    (index number, automatic publication time, status), what was derived how, and local keys stay out.
    """
    return digest(origin_fields(content))


def origin_fields(content: VersionContent) -> dict[str, Any]:
    """Return what the digest of a version is over; neighbours send and receive exactly this."""
    published_at = content.given_published_at
    return {
        "format": FORMAT,
        "resource": str(content.resource_id),
        "standard": content.standard,
        "type": content.type_code,
        "owner": content.owner_code,
        "publisher": content.publisher_code,
        "title": content.title,
        "subtitle": content.subtitle,
        "description": content.description,
        "keywords": content.keywords,
        "body": content.body,
        "source": content.content_source,
        "author": content.author,
        "editor": content.editor,
        "theme": content.theme_code,
        "genre": content.genre_code,
        "base": content.base_code,
        "form": content.form,
        "audience": content.audience,
        "language": content.language,
        "open_type": content.open_type,
        "share_type": content.share_type,
        "image": content.image,
        "published_at": written_instant(published_at) if published_at else None,
        "published_precision": content.published_precision,
        "elements": content.elements,
        "attachments": content.attachments,
    }


FORMAT: Final = "rongshu-version/1"


def written_instant(moment: datetime) -> str:
    """Return a moment as digests have always written it; `strftime` would take ten times as long."""
    return f"{moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"
