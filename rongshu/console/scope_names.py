"""Names of the places a role may be given for: organisations here, sites and columns by registration."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID

from rongshu.accounts.models import RoleGrant
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.errors import InvalidInput
from rongshu.organizations.models import Organization
from rongshu.organizations.queries import organization_named


@dataclasses.dataclass(frozen=True)
class ScopeNames:
    """How the places of a scope are named, found by a name, and suggested while one is typed."""

    names: Callable[[Iterable[UUID]], Mapping[UUID, str]]
    find: Callable[[str], UUID]
    suggest: Callable[[Viewer, str], list[str]]


_SCOPES: Final[dict[str, ScopeNames]] = {}


def register_scope_names(scope: str, names: ScopeNames) -> None:
    """Say how the places of a scope are named; called from an AppConfig.ready."""
    _SCOPES[scope] = names


def known_scopes() -> list[str]:
    """Return the scopes a role may be given for here."""
    return [
        scope for scope in RoleGrant.Scope.values if scope == RoleGrant.Scope.PLATFORM or scope in _SCOPES
    ]


def place_named(scope: str, name: str) -> UUID | None:
    """Return the place of a scope by its name; None for the platform. Raise a RongshuError otherwise."""
    if scope == RoleGrant.Scope.PLATFORM:
        return None
    if scope not in _SCOPES or not name.strip():
        raise InvalidInput("请填写这项授权所在的机构、站点或栏目。", fields={"place": "请填写名称"})
    return _SCOPES[scope].find(name.strip())


def suggestions(viewer: Viewer, scope: str, text: str) -> list[str]:
    """Return some names that begin with, or hold, what was typed."""
    return _SCOPES[scope].suggest(viewer, text.strip()) if scope in _SCOPES else []


def names_of(grants: Iterable[RoleGrant]) -> dict[UUID, str]:
    """Return the names of the grants' places, one read for each scope."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for grant in grants:
        if grant.scope_id is not None:
            wanted[grant.scope].add(grant.scope_id)
    return {
        scope_id: name
        for scope, ids in wanted.items()
        if scope in _SCOPES
        for scope_id, name in _SCOPES[scope].names(ids).items()
    }


def organization_names(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Return the names of organisations."""
    return dict(Organization.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def suggest_organizations(viewer: Viewer, text: str) -> list[str]:
    """Return the names of some active organisations; names of organisations are public."""
    active = Organization.objects.filter(status=Organization.Status.ACTIVE, name__icontains=text)
    return list(active.order_by("path").values_list("name", flat=True)[:12])


_ORGANIZATIONS: Final = ScopeNames(
    organization_names, lambda name: organization_named(name).pk, suggest_organizations
)
register_scope_names(RoleGrant.Scope.ORGANIZATION, _ORGANIZATIONS)
register_scope_names(RoleGrant.Scope.UNIT, _ORGANIZATIONS)
