"""Where an address of an old site leads now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.sites.legacy_spellings import other_spellings
from rongshu.sites.models import LegacyAddress, LegacyHost
from rongshu.sites.queries.sites import sites_for


def legacy_key(host: str, request_uri: str) -> str:
    """Return the key of an old address: SHA-256 of the lower-case host (no port 80 or 443) and the URI."""
    return hashlib.sha256(f"{normal_host(host)}\n{request_uri}".encode()).hexdigest()


def normal_host(host: str) -> str:
    """Return a request's host in lower case, without the port that its scheme implies."""
    return host.strip().lower().removesuffix(":80").removesuffix(":443").removesuffix(".")


def legacy_target(host: str, request_uri: str) -> LegacyAddress | None:
    """Return where an old address leads: to a resource, a column, a file, or nowhere for a reason (410).

    Its own spelling counts first, then others of the same page. Until a migration is switched, the hosts it
    keeps addresses for lead nowhere.
    """
    return next(iter(legacy_targets(host, [request_uri]).values()), None)


def legacy_targets(
    host: str, request_uris: Iterable[str], *, before_switch: bool = False
) -> dict[str, LegacyAddress]:
    """Return, by request URI, where old addresses of a host lead; `before_switch`: where they would lead."""
    keys: dict[str, list[str]] = {}
    for uri in request_uris:
        spelled = dict.fromkeys([uri, *other_spellings(uri)])
        keys[uri] = [legacy_key(host, one) for one in spelled]
    rows = LegacyAddress.objects.filter(key__in={key for some in keys.values() for key in some})
    if not before_switch:
        waiting = LegacyHost.objects.filter(
            site=OuterRef("site"), host=OuterRef("host"), is_turned_over=False
        )
        rows = rows.exclude(Exists(waiting))
    found = {row.key: row for row in rows.select_related("site", "resource", "column")}
    leading = {uri: next((found[key] for key in some if key in found), None) for uri, some in keys.items()}
    return {uri: row for uri, row in leading.items() if row is not None}


def addresses_for(viewer: Viewer) -> QuerySet[LegacyAddress]:
    """Return the old addresses of the viewer's sites."""
    kept = LegacyAddress.objects.filter(site__in=sites_for(viewer))
    return kept.select_related("resource__effective_version", "column")
