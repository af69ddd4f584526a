"""Who is who, and what a person may do where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from rongshu.accounts.capabilities import expanded
from rongshu.accounts.errors import NoOperator, UnknownPerson
from rongshu.accounts.models import Person, Realm, Role, RoleGrant
from rongshu.accounts.viewers import CLOCK_VIEWER, PUBLIC, Viewer
from rongshu.foundation.audit import Actor
from rongshu.foundation.clock import now
from rongshu.foundation.models import Installation
from rongshu.organizations.queries import subtree_ids_of

_Capabilities = dict[UUID, frozenset[str]]


def viewer_for(actor: Actor | None, *, at: datetime | None = None) -> Viewer:
    """Return the viewer of a person, of the clock (an actor without id), or of the public (None).

    A person who left office sees and may do nothing beyond the public. `at`: with the powers he will hold
    then, as far as they are given by now.
    """
    if actor is None:
        return PUBLIC
    if actor.id is None:
        return CLOCK_VIEWER
    person = Person.objects.filter(pk=actor.id, is_active=True).first()
    if person is None:
        return PUBLIC
    grants = list(grants_in_force(person, at))
    return Viewer(
        person_id=person.id,
        name=person.name,
        realm=Realm.STAFF,
        home_organization_id=person.organization_id,
        on_platform=_on_platform(grants),
        by_organization=_by_organization(grants),
        by_site=_by_scope(grants, RoleGrant.Scope.SITE),
        by_column=_by_scope(grants, RoleGrant.Scope.COLUMN),
    )


def grants_in_force(person: Person, at: datetime | None = None) -> QuerySet[RoleGrant]:
    """Return the grants of a person that hold at this (or another) moment, with their roles."""
    moment = at or now()
    return person.grants.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=moment),
        valid_from__lte=moment,
        revoked_at__isnull=True,
    ).select_related("role")


def person_named(handle: str) -> Person:
    """Return the person in office who bears this handle, or raise UnknownPerson."""
    person = Person.objects.filter(handle=handle, is_active=True).first()
    if person is None:
        raise UnknownPerson(f"没有代号为“{handle}”的在岗人员，请核对后重试。")
    return person


def persons_for(viewer: Viewer) -> QuerySet[Person]:
    """Return the persons whom the viewer may manage."""
    if viewer.may("person.manage"):
        return Person.objects.all()
    return Person.objects.filter(organization__in=viewer.organizations_with("person.manage"))


def managed_person(actor: Actor, handle: str) -> Person:
    """Return the person of this handle whom the actor may manage; any other is as good as absent."""
    person = persons_for(viewer_for(actor)).filter(handle=handle).first()
    if person is None:
        raise UnknownPerson(f"没有代号为“{handle}”的人员，或者不归您管理，请核对后重试。")
    return person


def roles_with(capability: str) -> list[str]:
    """Return the codes of the roles that hold a capability."""
    roles = Role.objects.values_list("code", "capabilities")
    return [code for code, held in roles if capability in expanded(held)]


def recorded_operator() -> Person:
    """Return the operator recorded at set-up, or raise NoOperator."""
    operator_id = Installation.objects.values_list("operator_id", flat=True).first()
    person = Person.objects.filter(pk=operator_id, is_active=True).first() if operator_id else None
    if person is None:
        raise NoOperator
    return person


def _on_platform(grants: Iterable[RoleGrant]) -> frozenset[str]:
    held = (grant.role.capabilities for grant in grants if grant.scope == RoleGrant.Scope.PLATFORM)
    return expanded(frozenset().union(*held))


def _by_scope(grants: Iterable[RoleGrant], scope: str) -> _Capabilities:
    held: dict[UUID, set[str]] = defaultdict(set)
    for grant in grants:
        if grant.scope == scope and grant.scope_id is not None:
            held[grant.scope_id].update(grant.role.capabilities)
    return {scope_id: expanded(capabilities) for scope_id, capabilities in held.items()}


def _by_organization(grants: Iterable[RoleGrant]) -> _Capabilities:
    """Expand organisation grants to subtrees and join the grants for a single unit."""
    grants = list(grants)
    roots = _by_scope(grants, RoleGrant.Scope.ORGANIZATION)
    return _joined(_joined_subtrees(roots), _by_scope(grants, RoleGrant.Scope.UNIT))


def _joined_subtrees(roots: Mapping[UUID, frozenset[str]]) -> _Capabilities:
    joined: _Capabilities = {}
    for root, members in subtree_ids_of(roots).items():
        joined = _joined(joined, dict.fromkeys(members, roots[root]))
    return joined


def _joined(one: Mapping[UUID, frozenset[str]], other: Mapping[UUID, frozenset[str]]) -> _Capabilities:
    return {key: one.get(key, frozenset()) | other.get(key, frozenset()) for key in {*one, *other}}
