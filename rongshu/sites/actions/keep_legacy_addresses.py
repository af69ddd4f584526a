"""Keep old addresses working after a migration: to a resource, a column, a file, the home page, or a 410."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.events import announce
from rongshu.library.models import Resource
from rongshu.sites.actions.place_many import in_chunks
from rongshu.sites.errors import LegacyAddressMalformed
from rongshu.sites.events import LegacyAddressesKept
from rongshu.sites.models import Column, LegacyAddress, LegacyHost, Site
from rongshu.sites.permissions import may_keep_addresses
from rongshu.sites.queries.addresses import legacy_key, normal_host

_AT_ONCE: Final = 500
_LONGEST_URI: Final = 2000
_HOST: Final = re.compile(r"[^\s/?#@]{1,253}")
_TARGETS: Final = ("resource_id", "column_id", "file_digest", "leads_home", "gone_reason")


@dataclass(frozen=True, kw_only=True, slots=True)
class OldAddress:
    """An address as browsers send it (host, path with query) and exactly one target."""

    host: str
    request_uri: str
    resource_id: UUID | None = None
    column_id: UUID | None = None
    file_digest: str = ""
    leads_home: bool = False
    gone_reason: str = ""


def keep_legacy_addresses(
    *, actor: Actor, site: Site, addresses: Iterable[OldAddress], until_switched: bool = False
) -> int:
    """Keep any number of old addresses for a site; return how many are new or lead elsewhere now.

    `until_switched`: hosts that come for the first time answer only once they are turned over.

    The newest answer counts; an address that another site keeps is taken over only by who may speak for
    that site, too. What is longer than 2,000 characters is left out. Written in short transactions, each
    whole; a run that was cut off may simply be repeated.
    """
    viewer = viewer_for(actor)
    require(may_keep_addresses(viewer, site))
    kept = 0
    for some in in_chunks((each for each in addresses if len(each.request_uri) <= _LONGEST_URI), _AT_ONCE):
        fresh = _rows(site, some)
        with transaction.atomic():
            if until_switched:
                _hold_new_hosts(site, {row.host for row in fresh.values()})
            kept += _write(actor, viewer, site, fresh)
    return kept


def keep_legacy_address(*, actor: Actor, site: Site, address: OldAddress) -> bool:
    """Keep one old address; return whether it is new or leads elsewhere now."""
    return keep_legacy_addresses(actor=actor, site=site, addresses=[address]) > 0


def _hold_new_hosts(site: Site, hosts: set[str]) -> None:
    known = set(LegacyHost.objects.filter(site=site, host__in=hosts).values_list("host", flat=True))
    for host in sorted(hosts - known):
        if not LegacyAddress.objects.filter(site=site, host=host).exists():
            LegacyHost.objects.get_or_create(site=site, host=host)


def _rows(site: Site, addresses: Sequence[OldAddress]) -> dict[str, LegacyAddress]:
    rows = {}
    for address in addresses:
        _check(address)
        key = legacy_key(address.host, address.request_uri)
        rows[key] = LegacyAddress(
            site=site,
            host=normal_host(address.host),
            request_uri=address.request_uri,
            key=key,
            resource_id=address.resource_id,
            column_id=address.column_id,
            file_digest=address.file_digest,
            leads_home=address.leads_home,
            gone_reason=address.gone_reason[:200],
        )
    return rows


def _check(address: OldAddress) -> None:
    shown = f"{address.host}{address.request_uri}"[:200]
    if not _HOST.fullmatch(address.host) or not address.request_uri.startswith("/"):
        raise LegacyAddressMalformed(
            f"旧网址“{shown}”有误：须有主机名和以 / 开头的路径。", fields={"address": shown}
        )
    if sum(bool(getattr(address, target)) for target in _TARGETS) != 1:
        raise LegacyAddressMalformed(f"旧网址“{shown}”须有且只有一个去向。", fields={"address": shown})


def _write(actor: Actor, viewer: Viewer, site: Site, fresh: dict[str, LegacyAddress]) -> int:
    rows = LegacyAddress.objects.filter(key__in=fresh).select_related("site")
    present = {row.key: row for row in rows}
    for row in present.values():
        if row.site_id != site.id and not may_keep_addresses(viewer, row.site):
            raise LegacyAddressMalformed(f"旧网址“{row}”已由其他站点登记。", fields={"address": str(row)})
    _check_targets(site, fresh.values())
    added = [row for key, row in fresh.items() if key not in present]
    turned = [_turned(present[key], row) for key, row in fresh.items() if key in present]
    moved = [row for row in turned if row is not None]
    LegacyAddress.objects.bulk_create(added)
    LegacyAddress.objects.bulk_update(moved, ("site", *_TARGETS))
    if added or moved:
        record(actor, "legacy-addresses.kept", site, added=len(added), changed=len(moved))
        announce(LegacyAddressesKept(site_id=site.id), actor_id=actor.id)
    return len(added) + len(moved)


def _check_targets(site: Site, rows: Iterable[LegacyAddress]) -> None:
    rows = list(rows)
    columns = {row.column_id for row in rows if row.column_id}
    resources = {row.resource_id for row in rows if row.resource_id}
    if Column.objects.filter(pk__in=columns, site=site).count() < len(columns):
        raise LegacyAddressMalformed("旧网址指向的栏目不在本站。")
    if Resource.objects.filter(pk__in=resources).count() < len(resources):
        raise LegacyAddressMalformed("旧网址指向的资源不存在。")


def _turned(present: LegacyAddress, wanted: LegacyAddress) -> LegacyAddress | None:
    names = ("site_id", *_TARGETS)
    if all(getattr(present, name) == getattr(wanted, name) for name in names):
        return None
    for name in names:
        setattr(present, name, getattr(wanted, name))
    return present
