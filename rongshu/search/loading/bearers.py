"""Organisations and regions, as documents need them: level, rank, and every region around."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from rongshu.organizations.models import Organization, Region

_Level: Final = Organization.Level
_RANKS: Final = {
    _Level.NATION: 50,
    _Level.PROVINCE: 40,
    _Level.CITY: 30,
    _Level.COUNTY: 20,
    _Level.TOWNSHIP: 10,
}
_GOVERNMENT: Final = 5


@dataclass(frozen=True)
class Bearer:
    """An organisation that published something. `authority` ranks it: its level, a government first."""

    id: UUID
    name: str
    level: str
    authority: int
    regions: tuple[str, ...]


def bearers(ids: Collection[UUID]) -> dict[UUID, Bearer]:
    """Return organisations by id."""
    rows = Organization.objects.filter(pk__in=ids).values_list("id", "name", "level", "kind", "region_id")
    found = list(rows)
    around = regions_around({row[4] for row in found})
    return {
        id_: Bearer(id_, name, level, _authority(level, kind), around.get(region_id, ()))
        for id_, name, level, kind, region_id in found
    }


def regions_around(ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Return the code of each region and of those it lies in, the smallest first."""
    known: dict[UUID, tuple[str, UUID | None]] = {}
    wanted = set(ids)
    while wanted:
        rows = Region.objects.filter(pk__in=wanted).values_list("id", "code", "parent_id")
        known.update({id_: (code, parent) for id_, code, parent in rows})
        wanted = {parent for _, parent in known.values() if parent} - known.keys()
    return {one: tuple(_chain(one, known)) for one in ids if one in known}


def _chain(one: UUID | None, known: dict[UUID, tuple[str, UUID | None]]) -> list[str]:
    codes = []
    while one is not None:
        code, one = known[one]
        codes.append(code)
    return codes


def _authority(level: str, kind: str) -> int:
    return _RANKS[_Level(level)] + (_GOVERNMENT if kind == Organization.Kind.GOVERNMENT else 0)
