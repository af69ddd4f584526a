"""Routes of approval: the app that keeps flows says which one applies; without it one approver decides.

The library knows of a route only how many levels it has, who may sign each, and whether the writer may.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

PIECES: Final = "pieces"
BATCHES: Final = "batches"


@dataclass(frozen=True)
class Route:
    """What an approval by a route takes. `capabilities` are those of its levels, the first level first."""

    code: str
    name: str
    capabilities: tuple[str, ...]
    excludes_writer: bool

    @property
    def levels(self) -> int:
        """How many persons sign."""
        return len(self.capabilities)


# What holds where nobody keeps flows.
SINGLE: Final = Route("single", "单人签发", ("resource.approve",), excludes_writer=False)

OwnerRoute = Callable[[UUID, str], Route]
ColumnRoute = Callable[[UUID], Route | None]
_owner_routes: list[OwnerRoute] = []
_column_routes: list[ColumnRoute] = []


def register_routes(*, of_owner: OwnerRoute, of_column: ColumnRoute) -> None:
    """Say which route an owner's pieces or batches take, and which one a column asks for (None: its own)."""
    _owner_routes[:], _column_routes[:] = [of_owner], [of_column]


def owner_route(owner_id: UUID, *, way: str = PIECES) -> Route:
    """Return the route by which versions of this owner become effective now."""
    return _owner_routes[0](owner_id, way) if _owner_routes else SINGLE


def column_route(column_id: UUID) -> Route | None:
    """Return the route that placements in this column need, or None where the column has its one approver."""
    return _column_routes[0](column_id) if _column_routes else None


def strictest_route(owner_ids: list[UUID], *, way: str) -> Route:
    """Return the route with the most levels among those of several owners."""
    routes = [owner_route(owner_id, way=way) for owner_id in owner_ids]
    return max(routes, key=lambda route: (route.levels, route.excludes_writer), default=SINGLE)
