"""All sites of the platform, as links between them need them, and which hosts need no leaving notice."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from rongshu.foundation.prepared import Prepared
from rongshu.sites.models import Site

# 47号: a prompt before leaving to a non-government site; `.政务` is xn--zfr164b.
_GOVERNMENT_ENDINGS: Final = (".gov.cn", ".政务", ".xn--zfr164b")


@dataclasses.dataclass(frozen=True, slots=True)
class ListedSite:
    """A site as others see it."""

    id: UUID
    slug: str
    name: str
    base_url: str
    domain: str
    type: str
    status: str
    parent_id: UUID | None
    language: str

    @property
    def is_online(self) -> bool:
        """Whether readers can open it."""
        return self.status == Site.Status.ONLINE


@dataclasses.dataclass(frozen=True)
class Directory:
    """All sites by id, and their hosts."""

    sites: Mapping[UUID, ListedSite]
    hosts: frozenset[str]
    # The rows as the database gave them, to see whether anything changed.
    stamp: Sequence[object] = dataclasses.field(default=(), compare=False, repr=False)

    def is_direct(self, host: str, allowed: frozenset[str]) -> bool:
        """Whether a link to this host needs no notice: government, our own, or on the site's list."""
        dotted = f".{host}"
        return (
            host in self.hosts
            or dotted.endswith(_GOVERNMENT_ENDINGS)
            or any(dotted.endswith(f".{one}") for one in allowed)
        )


def load_directory(before: Directory | None = None) -> Directory:
    """Read all sites, those being prepared left out: nobody can know of them.

    The directory read `before` is returned when nothing changed.
    """
    stamp = _KNOWN.raw()
    if before is not None and before.stamp == stamp:
        return before
    sites = {row[0]: ListedSite(*row) for row in _KNOWN.rows()}
    hosts = {site.domain for site in sites.values()} | {_host(site.base_url) for site in sites.values()}
    return Directory(sites, frozenset(hosts - {""}), stamp)


_KNOWN: Final = Prepared(
    lambda: (
        Site.objects.exclude(status__in=[Site.Status.PREPARING, Site.Status.APPROVED])
        .order_by("id")
        .values_list("id", "slug", "name", "base_url", "domain", "type", "status", "parent_id", "language")
    )
)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
