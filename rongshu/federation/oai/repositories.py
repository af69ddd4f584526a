"""Which repository a request is for: the site of its host, else the whole library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from rongshu.federation.oai.ledger import LIBRARY
from rongshu.foundation.installation import this_installation
from rongshu.sites.models import Site
from rongshu.sites.queries.sites import site_at_host

PATH: Final = "/-/oai"
_UNKNOWN_TO_READERS: Final = (Site.Status.PREPARING, Site.Status.APPROVED)
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Repository:
    """What is harvested at one address. `place` is the site's id, or LIBRARY."""

    place: UUID
    name: str
    base_url: str
    mail: str
    site_slug: str = ""

    @property
    def is_library(self) -> bool:
        """Whether it is the whole library."""
        return self.place == LIBRARY


def repository_of(request: HttpRequest) -> Repository:
    """Return the repository at a request's host."""
    host = request.get_host()
    # Only the asker's own answer depends on this header.
    scheme = "https" if request.headers.get("X-Forwarded-Proto") == "https" else request.scheme
    base_url = f"{scheme}://{host}{PATH}"
    site = site_at_host(host)
    if site is None or site.status in _UNKNOWN_TO_READERS:
        return Repository(LIBRARY, this_installation().name, base_url, _mail("", host))
    return Repository(site.pk, site.name, base_url, _mail(site.contact, host), site.slug)


def _mail(contact: str, host: str) -> str:
    """Whom a harvester writes to: as set, as the site says, or by the name every domain has (RFC 2142)."""
    if settings.CONTACT_MAIL or (found := _MAIL.search(contact)) is None:
        name = host.rpartition(":")[0] or host
        return str(settings.CONTACT_MAIL) or f"webmaster@{name if '.' in name else f'{name}.localdomain'}"
    return found.group()
