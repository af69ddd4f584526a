"""The rows a site's frames are made from, as the database gives them: equal stamps, equal frames.

Comparing them costs a fraction of making the frames again: most edits change no frame.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from rongshu.foundation.prepared import Prepared
from rongshu.publishing.loading.columns import COLUMNS
from rongshu.sites.models import Block, Site, SiteStatusChange

_SITE_FIELDS: Final = [field.attname for field in Site._meta.concrete_fields]
_SITE: Final = Prepared(
    lambda site_id: Site.objects.filter(pk=site_id).values_list(*_SITE_FIELDS, "sponsor__name")
)
_LINKS: Final = Prepared(
    lambda site_id: (
        Block.objects.filter(site_id=site_id, is_active=True, kind=Block.Kind.LINKS)
        .order_by("position", "key")
        .values_list("options")
    )
)
_CHANGES: Final = Prepared(
    lambda site_id: (
        SiteStatusChange.objects.filter(site_id=site_id)
        .order_by("-at", "-id")
        .values_list("id", "from_status", "to_status", "reason", "notice", "until")
    )
)
_EMBLEM: Final = _SITE_FIELDS.index("emblem")

Stamp = tuple[object, ...]


def stamp_of(site_id: UUID) -> Stamp | None:
    """Return the stamp of a site; None where its emblem lies in the store, which has rows of its own."""
    site = _SITE.raw(site_id)
    if not site or site[0][_EMBLEM]:
        return None
    return site, COLUMNS.raw(site_id), _LINKS.raw(site_id), _CHANGES.raw(site_id)
