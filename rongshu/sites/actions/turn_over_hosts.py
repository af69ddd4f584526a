"""Turn old hosts over to the new site, and back: from then on their old addresses answer, or don't."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.events import announce
from rongshu.sites.events import LegacyAddressesKept
from rongshu.sites.models import LegacyHost, Site
from rongshu.sites.permissions import may_keep_addresses


def turn_over_hosts(*, actor: Actor, site: Site, hosts: Sequence[str]) -> list[str]:
    """Let the old addresses of these hosts answer, at once; return the hosts that did not before."""
    return _turn(actor, site, hosts, is_turned_over=True)


def turn_back_hosts(*, actor: Actor, site: Site, hosts: Sequence[str]) -> list[str]:
    """Let the old addresses of these hosts answer no more; return the hosts that did."""
    return _turn(actor, site, hosts, is_turned_over=False)


def _turn(actor: Actor, site: Site, hosts: Sequence[str], *, is_turned_over: bool) -> list[str]:
    with transaction.atomic():
        require(may_keep_addresses(viewer_for(actor), site))
        rows = LegacyHost.objects.select_for_update().filter(site=site, host__in=hosts)
        turned = list(rows.exclude(is_turned_over=is_turned_over).order_by("host"))
        for row in turned:
            row.is_turned_over, row.turned_at = is_turned_over, clock.now()
        LegacyHost.objects.bulk_update(turned, ["is_turned_over", "turned_at"])
        names = [row.host for row in turned]
        if names:
            deed = "legacy-hosts.turned-over" if is_turned_over else "legacy-hosts.turned-back"
            record(actor, deed, site, hosts=names)
            announce(LegacyAddressesKept(site_id=site.id), actor_id=actor.id)
    return names
