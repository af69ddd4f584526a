"""Give a role to a person for a scope, and take it back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from rongshu.accounts.actions.keeping_powers_apart import joins_no_powers
from rongshu.accounts.capabilities import ADMINISTRATIVE, EXCLUSIVE_ROLES
from rongshu.accounts.errors import (
    GrantBeyondOwnPowers,
    GrantToOneself,
    MalformedGrant,
    RolesKeptApart,
    UnknownRole,
)
from rongshu.accounts.models import Person, Role, RoleGrant
from rongshu.accounts.permissions import may_give, may_manage_person, require
from rongshu.accounts.queries import grants_in_force, viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import now

_Scope = RoleGrant.Scope
_NEVER_ENDING: Final = datetime(9999, 1, 1, tzinfo=UTC)


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
    "site", "column" (with its sub-columns). Administrative powers are given for no longer than the giver
    holds them himself.
    """
    starts = valid_from or now()
    if scope not in _Scope.values or (scope == _Scope.PLATFORM) != (scope_id is None):
        raise MalformedGrant
    if valid_until is not None and valid_until <= starts:
        raise MalformedGrant
    with transaction.atomic():
        # Two grants at once could each overlook the other's role.
        person = Person.objects.select_for_update().get(pk=person.pk)
        given = Role.objects.select_for_update().filter(code=role).first()
        if given is None:
            raise UnknownRole(f"没有“{role}”这个角色。", fields={"role": "没有这个角色"})
        _require_givable(actor, person, given, (scope, scope_id), valid_until)
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
            valid_from=starts.isoformat(),
            valid_until=valid_until.isoformat() if valid_until else "",
        )
    return grant


def _require_givable(
    actor: Actor, person: Person, given: Role, where: tuple[str, UUID | None], valid_until: datetime | None
) -> None:
    """Raise what stands against this person's getting this role there from the actor."""
    viewer = viewer_for(actor)
    require(may_manage_person(viewer, person))
    require(may_give(viewer, given, *where), GrantBeyondOwnPowers)
    if ADMINISTRATIVE & set(given.capabilities):
        last = valid_until - timedelta(seconds=1) if valid_until else _NEVER_ENDING
        require(may_give(viewer_for(actor, at=last), given, *where), GrantBeyondOwnPowers)
    require(viewer.person_id != person.id or viewer.may("platform.operate"), GrantToOneself)
    require(_is_kept_apart(person, given.code), RolesKeptApart)
    require(where[0] != _Scope.PLATFORM or joins_no_powers(person, given), RolesKeptApart)


def revoke_role(*, actor: Actor, grant: RoleGrant, reason: str = "") -> RoleGrant:
    """Take a grant back from now on; one already taken back stays as it is."""
    with transaction.atomic():
        grant = RoleGrant.objects.select_for_update().select_related("person", "role").get(pk=grant.pk)
        viewer = viewer_for(actor)
        require(may_manage_person(viewer, grant.person))
        require(may_give(viewer, grant.role, grant.scope, grant.scope_id), GrantBeyondOwnPowers)
        if grant.revoked_at is None:
            grant.revoked_at = now()
            grant.save(update_fields=["revoked_at"])
            record(
                actor, "role.revoked", grant, reason=reason, person=str(grant.person_id), role=grant.role_id
            )
    return grant


def _is_kept_apart(person: Person, role: str) -> bool:
    """Whether the person has none of the other roles that check this one (the database asks again)."""
    if role not in EXCLUSIVE_ROLES:
        return True
    others = person.grants.filter(role_id__in=EXCLUSIVE_ROLES, revoked_at__isnull=True).exclude(role_id=role)
    return not others.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=now())).exists()
