"""Give a role to a person for a scope, and take it back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from rongshu.accounts.capabilities import ADMINISTRATIVE
from rongshu.accounts.errors import GrantBeyondOwnPowers, MalformedGrant, UnknownRole
from rongshu.accounts.models import Person, Role, RoleGrant
from rongshu.accounts.permissions import may_manage_person, require
from rongshu.accounts.queries import grants_in_force, viewer_for
from rongshu.accounts.scopes import places_of
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import now

_Scope = RoleGrant.Scope


def grant_role(
    *,
    actor: Actor,
    person: Person,
    role: str,
    scope: str = _Scope.PLATFORM,
    scope_id: UUID | None = None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> RoleGrant:
    """Give a role; a grant already in force for the same scope is returned as it is.

    Scopes: "platform", "organization" (with its subordinates), "unit" (one organisation alone),
    "site", "column" (with its sub-columns).
    """
    starts = valid_from or now()
    if scope not in _Scope.values or (scope == _Scope.PLATFORM) != (scope_id is None):
        raise MalformedGrant
    if valid_until is not None and valid_until <= starts:
        raise MalformedGrant
    with transaction.atomic():
        given = Role.objects.filter(code=role).first()
        if given is None:
            raise UnknownRole(f"没有“{role}”这个角色。", fields={"role": "没有这个角色"})
        viewer = viewer_for(actor)
        require(may_manage_person(viewer, person))
        require(_may_give(viewer, given, scope, scope_id), GrantBeyondOwnPowers)
        present = grants_in_force(person).filter(role=given, scope=scope, scope_id=scope_id).first()
        if present is not None and valid_until == present.valid_until:
            return present
        grant = RoleGrant.objects.create(
            person=person,
            role=given,
            scope=scope,
            scope_id=scope_id,
            valid_from=starts,
            valid_until=valid_until,
            granted_by_id=actor.id,
        )
        record(
            actor,
            "role.granted",
            grant,
            person=str(person.id),
            role=role,
            scope=scope,
            of=str(scope_id or ""),
        )
    return grant


def revoke_role(*, actor: Actor, grant: RoleGrant, reason: str = "") -> RoleGrant:
    """Take a grant back from now on; one already taken back stays as it is."""
    with transaction.atomic():
        grant = RoleGrant.objects.select_for_update().select_related("person").get(pk=grant.pk)
        require(may_manage_person(viewer_for(actor), grant.person))
        if grant.revoked_at is None:
            grant.revoked_at = now()
            grant.save(update_fields=["revoked_at"])
            record(
                actor, "role.revoked", grant, reason=reason, person=str(grant.person_id), role=grant.role_id
            )
    return grant


def _may_give(viewer: Viewer, role: Role, scope: str, scope_id: UUID | None) -> bool:
    """Whether the giver manages persons where the role is given, and holds what of it is administrative.

    A manager who may not approve anything may well appoint a reviewer, but not another manager of
    more than he manages.
    """
    places = places_of(scope, scope_id)
    needed = {"person.manage", *(ADMINISTRATIVE & set(role.capabilities))}
    return all(any(viewer.may(capability, **place) for place in places) for capability in needed)
