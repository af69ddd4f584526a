"""Keep the addresses of an old site going: in bulk, repeatable, the newest answer counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import UUID

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.events import announce
from rongshu.sites.events import LegacyAddressesKept
from rongshu.sites.models import LegacyAddress, Site
from rongshu.sites.permissions import may_keep_addresses
from rongshu.sites.queries.addresses import legacy_key

_AT_ONCE: Final = 500
_LONGEST_URI: Final = 2000


@dataclass(frozen=True, kw_only=True)
class OldAddress:
    """An old address and where it leads: a resource, a column, a file of the store, or nowhere (410)."""

    host: str
    request_uri: str
    resource_id: UUID | None = None
    column_id: UUID | None = None
    file_digest: str = ""
    gone_reason: str = ""


def keep_legacy_addresses(*, actor: Actor, site: Site, addresses: Iterable[OldAddress]) -> int:
    """Keep old addresses of a site; one kept before leads where the newest run says. Return how many."""
    require(may_keep_addresses(viewer_for(actor), site))
    kept = 0
    for some in _portions(addresses):
        with transaction.atomic():
            LegacyAddress.objects.bulk_create(
                {row.key: row for row in (_row(site, each) for each in some)}.values(),
                update_conflicts=True,
                unique_fields=["key"],
                update_fields=["site", "resource", "column", "file_digest", "gone_reason"],
            )
            record(actor, "addresses.kept", site, count=len(some))
            announce(LegacyAddressesKept(site_id=site.id), actor_id=actor.id)
        kept += len(some)
    return kept


def _portions(addresses: Iterable[OldAddress]) -> Iterator[list[OldAddress]]:
    iterator = (each for each in addresses if len(each.request_uri) <= _LONGEST_URI)
    while some := list(islice(iterator, _AT_ONCE)):
        yield some


def _row(site: Site, address: OldAddress) -> LegacyAddress:
    return LegacyAddress(
        site=site,
        host=address.host.lower()[:253],
        request_uri=address.request_uri,
        key=legacy_key(address.host, address.request_uri),
        resource_id=address.resource_id,
        column_id=address.column_id,
        file_digest=address.file_digest,
        gone_reason=address.gone_reason[:200],
    )
