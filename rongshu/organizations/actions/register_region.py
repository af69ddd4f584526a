"""Register an administrative division for use here."""

from __future__ import annotations

from django.db import transaction

from rongshu.foundation.audit import Actor, record
from rongshu.foundation.text import normalise_line
from rongshu.organizations.errors import RegionMalformed
from rongshu.organizations.models import Region
from rongshu.organizations.permissions import require_manager
from rongshu.organizations.validation import check_region_code


def register_region(
    *, actor: Actor, code: str, name: str, level: str, parent: Region | None = None
) -> Region:
    """Register a region, or change the name and parent of the one with this code.

    Codes are those of GB/T 2260 (six digits) or of the statistics office below it (nine, twelve);
    the demonstration range is admitted in a demonstration setting only.
    """
    name = normalise_line(name)
    if not name or level not in Region.Level.values:
        raise RegionMalformed("行政区划须有名称和层级。", fields={"name": "必须填写", "level": "不在值域内"})
    is_demonstration = check_region_code(code)
    with transaction.atomic():
        require_manager(actor, None)
        region = Region.objects.filter(code=code).first() or Region(code=code)
        region.name, region.level, region.parent = name, level, parent
        region.is_demonstration = is_demonstration
        region.save()
        record(actor, "region.registered", region, code=code, name=name)
    return region
