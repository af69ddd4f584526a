"""What readers see now, and where: for whoever follows what is published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from rongshu.foundation.prepared import Prepared
from rongshu.publishing import addresses
from rongshu.publishing.loading.entries import Shown, shown_by
from rongshu.publishing.loading.rows import VISIBLE, PreparedJoin, VersionRow
from rongshu.sites.models import Placement, Site

__all__ = ["Shown", "VersionRow", "article_address", "file_address", "shown_places", "sites_showing"]

_ONLINE: Final = Site.Status.ONLINE


def shown_places(resource_ids: Iterable[UUID]) -> dict[UUID, list[Shown]]:
    """Return where readers find each resource and what it says there, the canonical place first.

    What is withdrawn, waits, has expired or stands on sites that are not online is left out.
    """
    found: dict[UUID, list[Shown]] = {}
    wanted = list(resource_ids)
    for shown in shown_by(_PLACES.rows(wanted)) if wanted else ():
        found.setdefault(shown.resource.id, []).append(shown)
    return found


def sites_showing(resource_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return on which online sites readers find each resource now; what is nowhere is left out."""
    found: dict[UUID, set[UUID]] = {}
    wanted = list(resource_ids)
    for resource_id, site_id in _SITES.rows(wanted) if wanted else ():
        found.setdefault(resource_id, set()).add(site_id)
    return {resource_id: frozenset(sites) for resource_id, sites in found.items()}


def article_address(address: str) -> str:
    """The path of a resource's page on every site that shows it."""
    return addresses.article_path(address)


def file_address(digest: str, name: str) -> str:
    """The address of a file of a resource on every site that shows it."""
    return addresses.file_url(addresses.file_path(digest, name))


_PLACES: Final[PreparedJoin] = PreparedJoin(
    lambda resource_ids: Placement.objects.filter(
        VISIBLE, resource_id__in=resource_ids, site__status=_ONLINE
    ).order_by("-is_canonical", "created_at", "id"),
    in_full=True,
)
_SITES: Final = Prepared(
    lambda resource_ids: Placement.objects.filter(
        VISIBLE, resource_id__in=resource_ids, site__status=_ONLINE
    ).values_list("resource_id", "site_id")
)
