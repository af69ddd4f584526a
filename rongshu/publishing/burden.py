"""How much waits on which sites, roughly: enough to decide whether one process will do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final
from uuid import UUID

from rongshu.foundation.leases import is_held
from rongshu.foundation.models import Lease, Work
from rongshu.publishing.models import SiteManifest
from rongshu.publishing.planning import FRAMES, FULL, QUEUE
from rongshu.sites.models import Placement

_LEASES: Final = "publishing/"
_LOOKED_AT: Final = 2000  # requests, and placements of a site


def loads(sites: Collection[UUID] | None) -> dict[UUID, int]:
    """Return by site how many pages are asked for at least; small numbers are near the truth."""
    waiting: Counter[UUID] = Counter()
    whole = set(SiteManifest.objects.filter(is_settled=False, retry_at=None).values_list("pk", flat=True))
    for partition, key in Work.objects.filter(queue=QUEUE).values_list("partition", "key")[:_LOOKED_AT]:
        site_id = UUID(partition)
        waiting[site_id] += 1
        if key.partition(":")[2] in {FULL, FRAMES}:
            whole.add(site_id)
    for site_id in whole:
        waiting[site_id] += Placement.objects.filter(site_id=site_id)[:_LOOKED_AT].count()
    held = _held() if len(waiting) > 1 else set()
    return {
        one: count
        for one, count in waiting.items()
        if (sites is None or one in sites) and lease_name(one) not in held
    }


def lease_name(site_id: UUID) -> str:
    """The name of the lease of a site."""
    return f"{_LEASES}{site_id}"


def _held() -> set[str]:
    rows = Lease.objects.filter(name__startswith=_LEASES).exclude(holder="")
    return {row.name for row in rows if is_held(row)}
