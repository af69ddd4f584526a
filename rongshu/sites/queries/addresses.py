"""Where an address of an old site leads now."""

from __future__ import annotations

import hashlib

from django.db.models import QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.sites.models import LegacyAddress
from rongshu.sites.queries.sites import sites_for


def legacy_key(host: str, request_uri: str) -> str:
    """Return the key of an old address: SHA-256 of the lower-case host (no port 80 or 443) and the URI."""
    return hashlib.sha256(f"{normal_host(host)}\n{request_uri}".encode()).hexdigest()


def normal_host(host: str) -> str:
    """Return a request's host in lower case, without the port that its scheme implies."""
    return host.strip().lower().removesuffix(":80").removesuffix(":443").removesuffix(".")


def legacy_target(host: str, request_uri: str) -> LegacyAddress | None:
    """Return where an old address leads: to a resource, a column, a file, or nowhere for a reason (410)."""
    found = LegacyAddress.objects.filter(key=legacy_key(host, request_uri))
    return found.select_related("site", "resource", "column").first()


def addresses_for(viewer: Viewer) -> QuerySet[LegacyAddress]:
    """Return the old addresses of the viewer's sites."""
    kept = LegacyAddress.objects.filter(site__in=sites_for(viewer))
    return kept.select_related("resource__effective_version", "column")
