"""三员分立: whether the roles one person holds, whatever their names, should check each other."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from rongshu.accounts.capabilities import SEPARATED_POWERS
from rongshu.accounts.models import Person, Role, RoleGrant
from rongshu.foundation.clock import now


def joins_no_powers(person: Person | UUID, role: Role) -> bool:
    """Whether the person would not check himself with this role too; the operator holds all anyway."""
    lasting = Q(valid_until__isnull=True) | Q(valid_until__gt=now())
    held = RoleGrant.objects.filter(
        lasting, person=person, scope=RoleGrant.Scope.PLATFORM, revoked_at__isnull=True
    ).select_related("role")
    # What the role given is to hold counts, not what its row still holds.
    roles = [role, *(grant.role for grant in held if grant.role_id != role.pk)]
    return any(one.code == "operator" for one in roles) or _is_one_power(roles)


def holders_whose_powers_join(role: Role) -> list[UUID]:
    """Return who holds the role on the platform and would check himself by what it is to hold."""
    holders = RoleGrant.objects.filter(
        role=role, scope=RoleGrant.Scope.PLATFORM, revoked_at__isnull=True
    ).values_list("person_id", flat=True)
    return [person_id for person_id in holders.distinct() if not joins_no_powers(person_id, role)]


def _is_one_power(roles: Collection[Role]) -> bool:
    powers = [SEPARATED_POWERS & set(one.capabilities) for one in roles]
    return len(frozenset().union(*powers)) <= 1
