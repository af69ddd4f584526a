"""Which site a request is for: by its host, or on the bare host by the site the reader chose."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from rongshu.sites.models import Site

# On the bare host (localhost, an address) `?site=<slug>` chooses a site and this cookie remembers it.
CHOICE_COOKIE: Final = "rongshu_site"
_FRESH_FOR: Final = 2.0


@dataclass(frozen=True, slots=True)
class ServedSite:
    """A site as the listener knows it."""

    id: UUID
    slug: str
    status: str


class HostTable:
    """Hosts and slugs of all sites readers may know of, read again when older than two seconds."""

    def __init__(self) -> None:
        self._hosts: dict[str, ServedSite] = {}
        self._slugs: dict[str, ServedSite] = {}
        self._read_at = float("-inf")
        self._reading = threading.Lock()

    def site_at(self, host: str) -> ServedSite | None:
        """The site of a Host header."""
        self._refresh()
        return self._hosts.get(host) or self._hosts.get(_without_port(host))

    def site_named(self, slug: str) -> ServedSite | None:
        """The site with a slug."""
        self._refresh()
        return self._slugs.get(slug)

    def for_request(self, host: str, cookies: str) -> ServedSite | None:
        """The site of a request; on a host without a site, the one its reader chose."""
        return self.site_at(host) or self.site_named(chosen_slug(cookies))

    def forget(self) -> None:
        """Read again at the next request."""
        self._read_at = float("-inf")

    def _refresh(self) -> None:
        if time.monotonic() - self._read_at < _FRESH_FOR or not self._reading.acquire(
            blocking=not self._hosts
        ):
            return
        try:
            self._read()
            self._read_at = time.monotonic()
        finally:
            self._reading.release()

    def _read(self) -> None:
        hosts: dict[str, ServedSite] = {}
        rows = Site.objects.exclude(status__in=[Site.Status.PREPARING, Site.Status.APPROVED])
        # A closed site gives way to a living one at the same host.
        fields = ("id", "slug", "status", "domain", "base_url")
        found = sorted(rows.values_list(*fields), key=lambda row: (row[2] != Site.Status.CLOSED, str(row[0])))
        for site_id, slug, status, domain, base_url in found:
            site = ServedSite(site_id, slug, status)
            names = {f"{slug}.localhost", domain.lower(), (urlsplit(base_url).netloc or "").lower()}
            hosts.update((name, site) for name in names if name)
        self._hosts, self._slugs = hosts, {site.slug: site for site in hosts.values()}


def chosen_slug(cookies: str) -> str:
    """The slug in the cookie of the bare host, "" without one."""
    if CHOICE_COOKIE not in cookies:
        return ""
    try:
        found = SimpleCookie(cookies).get(CHOICE_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def is_bare(host: str) -> bool:
    """Whether a host names this machine rather than any site: localhost, an IP address, or nothing."""
    name = _without_port(host.lower()).strip("[]")
    if name in {"", "localhost"}:
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _without_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if port.isdigit() else host


HOSTS: Final = HostTable()
