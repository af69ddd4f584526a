"""Where a scope lies: the app that owns sites and columns says which organisation and site they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID

from rongshu.accounts.models import RoleGrant

# One place in the keyword arguments of `Viewer.may`.
Place = Mapping[str, UUID]
_Places = Callable[[UUID], Iterable[Place]]


def _organization(scope_id: UUID) -> Iterable[Place]:
    return [{"organization_id": scope_id}]


_PLACES: Final[dict[str, _Places]] = {
    RoleGrant.Scope.ORGANIZATION: _organization,
    RoleGrant.Scope.UNIT: _organization,
}


def register_scope(scope: str, places: _Places) -> None:
    """Say how to find the places a scope's object belongs to; called from the owning app's `ready`."""
    _PLACES[scope] = places


def places_of(scope: str, scope_id: UUID | None) -> list[Place]:
    """Return the places through which powers over a scope may be held; the platform is the empty place.

    An object that does not exist has no place, so nothing is granted for it.
    """
    if scope_id is None:
        return [{}]
    return list(_PLACES[scope](scope_id)) if scope in _PLACES else []
