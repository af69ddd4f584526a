"""People, grants and roles as one administrator may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from rongshu.accounts.capabilities import ADMINISTRATIVE, CAPABILITIES, expanded
from rongshu.accounts.models import Person, Role, RoleGrant
from rongshu.accounts.queries import persons_for
from rongshu.accounts.viewers import Viewer
from rongshu.console.scope_names import names_of
from rongshu.foundation.clock import now
from rongshu.foundation.guards import get_one


@dataclass(frozen=True)
class ShownGrant:
    """A grant with the name of its place and what it allows."""

    grant: RoleGrant
    place: str
    state: str
    tone: str
    capabilities: Sequence[str]


def person_for(viewer: Viewer, person_id: UUID) -> Person:
    """Return a person whom the viewer manages, or raise NotFound."""
    return get_one(persons_for(viewer).select_related("organization"), pk=person_id)


def grant_for(viewer: Viewer, grant_id: UUID) -> RoleGrant:
    """Return a grant of a person whom the viewer manages, or raise NotFound."""
    grants = RoleGrant.objects.select_related("person", "role").filter(pk=grant_id)
    return get_one(grants, person__in=persons_for(viewer))


def roles_to_offer(viewer: Viewer) -> list[Role]:
    """Return the roles whose administrative powers the viewer holds himself; others he may not give."""
    roles = Role.objects.order_by("-is_builtin", "name")
    return [one for one in roles if all(map(viewer.holds_anywhere, ADMINISTRATIVE & {*one.capabilities}))]


def shown_grants(person: Person) -> list[ShownGrant]:
    """Return the grants of a person, those in force first."""
    grants = list(
        person.grants.select_related("role", "granted_by").order_by("revoked_at", "-valid_from", "pk")
    )
    names = names_of(grants)
    shown = [_shown(grant, names.get(grant.scope_id, "") if grant.scope_id else "") for grant in grants]
    return sorted(shown, key=lambda one: one.tone != "well")


def with_role(rows: QuerySet[Person], role: str) -> QuerySet[Person]:
    """Return the persons who hold a role now."""
    moment = now()
    held = RoleGrant.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=moment),
        person=OuterRef("pk"),
        role_id=role,
        valid_from__lte=moment,
        revoked_at__isnull=True,
    )
    return rows.filter(Exists(held))


def role_named(code: str) -> Role:
    """Return a role, or raise NotFound."""
    return get_one(Role.objects.all(), code=code)


def capability_labels(role: Role) -> list[str]:
    """Return what a role allows, in words."""
    held = expanded(role.capabilities)
    return [label for code, label in CAPABILITIES.items() if code in held]


def _shown(grant: RoleGrant, place: str) -> ShownGrant:
    state, tone = _state(grant)
    where = grant.get_scope_display() + (f"：{place or '（已不存在）'}" if grant.scope_id else "")
    return ShownGrant(grant, where, state, tone, capability_labels(grant.role))


def _state(grant: RoleGrant) -> tuple[str, str]:
    moment = now()
    if grant.revoked_at is not None:
        return "已收回", "quiet"
    if grant.valid_until is not None and grant.valid_until <= moment:
        return "已到期", "quiet"
    return ("尚未开始", "info") if grant.valid_from > moment else ("有效", "well")
