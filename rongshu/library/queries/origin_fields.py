"""What stored versions say, as their digests are taken over it: what neighbours are given."""

from __future__ import annotations

from typing import Any

from rongshu.library.gate.content import FORMAT, written_instant
from rongshu.library.models import ResourceVersion


def origin_fields_of(version: ResourceVersion) -> dict[str, Any]:
    """Return the origin fields of a version read with `resource__type`, `resource__owner` and `publisher`."""
    published_at = version.given_published_at
    resource = version.resource
    return {
        "format": FORMAT,
        "resource": str(resource.pk),
        "standard": resource.type.standard_id,
        "type": resource.type.code,
        "owner": resource.owner.credit_code,
        "publisher": version.publisher.credit_code,
        "title": version.title,
        "subtitle": version.subtitle,
        "description": version.description,
        "keywords": version.keywords,
        "body": version.body,
        "source": version.content_source,
        "author": version.author,
        "editor": version.editor,
        "theme": version.theme_code,
        "genre": version.genre_code,
        "base": version.base_code,
        "form": version.form,
        "audience": version.audience,
        "language": version.language,
        "open_type": version.open_type,
        "share_type": version.share_type,
        "image": version.image,
        "published_at": written_instant(published_at) if published_at else None,
        "published_precision": version.given_published_precision,
        "elements": version.elements,
        "attachments": version.attachments,
    }
