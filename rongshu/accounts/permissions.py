"""Requiring a permission, and the predicates over persons and grants."""

from __future__ import annotations

from uuid import UUID

from rongshu.accounts.capabilities import ADMINISTRATIVE
from rongshu.accounts.models import Person, Role
from rongshu.accounts.scopes import places_of
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.errors import NotAllowed, RongshuError


def require(condition: bool, error: type[RongshuError] = NotAllowed) -> None:
    """Raise `error` unless the condition holds; an action's permission step."""
    if not condition:
        raise error


def may_manage_persons(viewer: Viewer, organization_id: UUID | None) -> bool:
    """Whether the viewer may register and change the persons of this organisation."""
    return viewer.may("person.manage", organization_id=organization_id)


def may_manage_person(viewer: Viewer, person: Person) -> bool:
    """Whether the viewer may change this person and his grants."""
    return may_manage_persons(viewer, person.organization_id)


def may_give(viewer: Viewer, role: Role, scope: str, scope_id: UUID | None) -> bool:
    """Whether the giver manages persons where the role is given, and holds what of it is administrative.

    Who manages the persons of a scope hands out the work there; powers over persons, organisations and
    the platform he passes on only where he holds them himself.
    """
    places = places_of(scope, scope_id)
    needed = {"person.manage", *(ADMINISTRATIVE & set(role.capabilities))}
    return all(any(viewer.may(capability, **place) for place in places) for capability in needed)


def may_handle_credentials(viewer: Viewer, person: Person) -> bool:
    """Whether the viewer may enrol this person anew, reset his factor or lock him out.

    Who can make himself another's sign-in takes his powers, so he must be able to give each of them.
    """
    if not may_manage_person(viewer, person):
        return False
    held = person.grants.filter(revoked_at__isnull=True).select_related("role")
    return all(may_give(viewer, grant.role, grant.scope, grant.scope_id) for grant in held)


def may_see_account(viewer: Viewer, person: Person) -> bool:
    """Whether sessions and history of sign-in of this person are the viewer's to see: his own, or managed."""
    is_own = viewer.person_id is not None and viewer.person_id == person.id
    return is_own or viewer.may("session.manage", organization_id=person.organization_id)
