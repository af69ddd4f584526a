"""Register an administrative division for use here, and the ones above it."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from rongshu.foundation.audit import Actor, record
from rongshu.foundation.text import normalise_line
from rongshu.organizations.errors import RegionMalformed
from rongshu.organizations.models import Region
from rongshu.organizations.permissions import require_manager
from rongshu.organizations.region_code import ResolvedRegion, resolve


def register_region(*, actor: Actor, code: str, name: str = "") -> Region:
    """Register a region with everything above it, or rename the one with this code.

    Codes are those of GB/T 2260 (six digits) or of the statistics office below it (nine, twelve). Without
    a name the official one is taken; a region of the demonstration range or below the county needs a name.
    """
    resolved = resolve(code, allow_demonstration=settings.DEMONSTRATION)
    name = normalise_line(name) or resolved.name
    if not name or len(name) > 100:
        raise RegionMalformed(f"请填写区划 {code} 的名称（1–100 个字）。", fields={"name": "必须填写"})
    with transaction.atomic():
        require_manager(actor, None)
        region = Region.objects.filter(code=code).first()
        if region is not None and region.name == name:
            return region
        region = region or Region(code=code)
        region.name, region.level = name, resolved.level.value
        region.is_demonstration = resolved.is_demonstration
        region.parent = _parent(actor, resolved)
        region.save()
        record(actor, "region.registered", region, code=code, name=name)
    return region


def _parent(actor: Actor, resolved: ResolvedRegion) -> Region | None:
    """Return the nearest region above; official ones are registered on the way, others only linked."""
    for code in reversed(resolved.parents):
        known = Region.objects.filter(code=code).first()
        if known is not None:
            return known
        if not resolved.is_demonstration and len(code) <= 6:
            return register_region(actor=actor, code=code)
    return None
