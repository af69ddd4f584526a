"""Links in bodies to pages of a website that was taken over: where those pages stand on this site now.

A version keeps the address its author wrote, so that its digest means the same on every node; only pages lead
inside, and they do so from the trial on, before the old host is turned over.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

from rongshu.publishing.loading.context import SiteContext
from rongshu.sites.models import LegacyAddress, LegacyHost
from rongshu.sites.queries.addresses import legacy_targets, normal_host

_LINK: Final = re.compile(r' href="(https?://[^"]+)"')
_KEPT_AS_WRITTEN: Final = "%/:=&?~+!$,;'@()*[]"


@dataclass(frozen=True, slots=True)
class OldLinks:
    """What is kept of the links that lead to the site's former hosts, by the address as it stands."""

    hosts: frozenset[str] = frozenset()
    targets: Mapping[str, LegacyAddress] = field(default_factory=dict)

    def is_old(self, address: str) -> bool:
        """Whether an address lies on a host this site was taken over from."""
        return bool(self.hosts) and address.startswith("http") and _host_and_uri(address)[0] in self.hosts


def old_links(context: SiteContext, bodies: Iterable[str]) -> OldLinks:
    """Find where links of these bodies lead that name former hosts of the site."""
    written = {html.unescape(found) for body in bodies for found in _LINK.findall(body)}
    if not written:
        return OldLinks()
    # Asked for each batch: a migration brings new hosts while a context lives on.
    kept = LegacyHost.objects.filter(site_id=context.site.id).values_list("host", flat=True)
    hosts = frozenset(kept)
    by_host: dict[str, dict[str, str]] = {}
    for address in written if hosts else ():
        host, uri = _host_and_uri(address)
        if host in hosts:
            by_host.setdefault(host, {})[address] = uri
    targets: dict[str, LegacyAddress] = {}
    for host, uris in by_host.items():
        found = legacy_targets(host, uris.values(), before_switch=True)
        leading = ((address, found.get(uri)) for address, uri in uris.items())
        targets.update((one, row) for one, row in leading if row and row.site_id == context.site.id)
    return OldLinks(hosts, targets)


def _host_and_uri(address: str) -> tuple[str, str]:
    """Return the host and the request URI a browser would send; no host for what is no address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    uri = quote(parts.path or "/", safe=_KEPT_AS_WRITTEN)
    query = f"?{quote(parts.query, safe=_KEPT_AS_WRITTEN)}" if parts.query else ""
    return normal_host(parts.netloc.rpartition("@")[2]), uri + query
