"""Where a reader may look: on this site, in its city, everywhere."""

from __future__ import annotations

import time
from typing import Final
from uuid import UUID

from rongshu.organizations.models import Region
from rongshu.search.web.asking import Asked
from rongshu.search.web.pages import Choice
from rongshu.sites.models import Site

_FRESH_FOR: Final = 60.0
_DEEPEST: Final = 6


def scope_of(site: Site, asked: Asked) -> str:
    """The scope that was asked for; else a portal looks everywhere and any other site at itself."""
    known = {value for value, _ in _offered(site)}
    if asked.scope in known:
        return asked.scope
    return "all" if site.type == Site.Type.PORTAL else "site"


def scope_choices(site: Site, chosen: str) -> tuple[Choice, ...]:
    """The scopes a site offers."""
    return tuple(Choice(value, label, value == chosen) for value, label in _offered(site))


def _offered(site: Site) -> tuple[tuple[str, str], ...]:
    names = _names(site.region_id)
    city, province = names.get(Region.Level.PREFECTURE), names.get(Region.Level.PROVINCE)
    here = (("site", "本站"),)
    return (*here, *((("city", city),) if city else ()), ("all", province or "全部网站"))


def _names(region_id: UUID) -> dict[str, str]:
    """The names of a region and those above it by level, at most a minute old."""
    kept = _NAMES.get(region_id)
    if kept is None or time.monotonic() - kept[0] > _FRESH_FOR:
        kept = _NAMES[region_id] = (time.monotonic(), _read_names(region_id))
    return kept[1]


def _read_names(region_id: UUID) -> dict[str, str]:
    found: dict[str, str] = {}
    above: UUID | None = region_id
    for _ in range(_DEEPEST):
        if above is None:
            break
        level, name, above = Region.objects.values_list("level", "name", "parent_id").get(pk=above)
        found[level] = name
    return found


_NAMES: Final[dict[UUID, tuple[float, dict[str, str]]]] = {}
