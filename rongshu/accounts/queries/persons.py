"""Who is who, and what a person may do where."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from rongshu.accounts.capabilities import expanded
from rongshu.accounts.errors import NoOperator, UnknownPerson
from rongshu.accounts.models import Person, Realm, Role, RoleGrant
from rongshu.accounts.viewers import CLOCK_VIEWER, PUBLIC, Viewer
from rongshu.foundation.audit import Actor
from rongshu.foundation.change_marks import Kept
from rongshu.foundation.clock import now
from rongshu.foundation.models import Installation
from rongshu.foundation.prepared import PreparedModels
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
    held = _held(actor.id)
    return PUBLIC if held is None else held.viewer_at(at or now())


def grants_in_force(person: Person, at: datetime | None = None) -> QuerySet[RoleGrant]:
    """Return the grants of a person that hold at this (or another) moment, with their roles."""
    moment = at or now()
    return person.grants.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=moment),
        valid_from__lte=moment,
        revoked_at__isnull=True,
    ).select_related("role")


_IN_OFFICE: Final = PreparedModels(lambda handle: Person.objects.filter(handle=handle, is_active=True))


def person_named(handle: str) -> Person:
    """Return the person in office who bears this handle, or raise UnknownPerson."""
    person = _IN_OFFICE.one(handle)
    if person is None:
        raise UnknownPerson(f"没有代号为“{handle}”的在岗人员，请核对后重试。")
    return person


def persons_for(viewer: Viewer) -> QuerySet[Person]:
    """Return the persons whom the viewer may manage."""
    if viewer.may("person.manage"):
        return Person.objects.all()
    return Person.objects.filter(organization__among=viewer.organizations_with("person.manage"))


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


class _Grant(NamedTuple):
    """A grant that was not taken back."""

    role: str
    scope: str
    scope_id: UUID | None
    valid_from: datetime
    valid_until: datetime | None

    def holds_at(self, moment: datetime) -> bool:
        return self.valid_from <= moment and (self.valid_until is None or moment < self.valid_until)


class _Held:
    """A person in office and his grants; what they amount to is worked out anew when one begins or ends."""

    def __init__(self, person: Person, grants: Sequence[_Grant], roles: Mapping[str, frozenset[str]]) -> None:
        self._person, self._grants, self._roles = person, grants, roles
        days = {day for grant in grants for day in (grant.valid_from, grant.valid_until) if day is not None}
        self._turns = sorted(days)
        self._viewers: dict[int, Viewer] = {}

    def viewer_at(self, moment: datetime) -> Viewer:
        """Return the viewer of a moment: the same one from one turn until the next."""
        turn = bisect_right(self._turns, moment)
        viewer = self._viewers.get(turn)
        if viewer is None:
            viewer = self._viewer([each for each in self._grants if each.holds_at(moment)])
            # Other threads look, too: what was put in may be gone again at once.
            if len(self._viewers) >= _MOST_TURNS:
                self._viewers.clear()
            self._viewers[turn] = viewer
        return viewer

    def _viewer(self, grants: Sequence[_Grant]) -> Viewer:
        return Viewer(
            person_id=self._person.id,
            name=self._person.name,
            realm=Realm.STAFF,
            home_organization_id=self._person.organization_id,
            on_platform=self._by_scope(grants, RoleGrant.Scope.PLATFORM).get(None, frozenset()),
            by_organization=_joined(
                _joined_subtrees(_named(self._by_scope(grants, RoleGrant.Scope.ORGANIZATION))),
                _named(self._by_scope(grants, RoleGrant.Scope.UNIT)),
            ),
            by_site=_named(self._by_scope(grants, RoleGrant.Scope.SITE)),
            by_column=_named(self._by_scope(grants, RoleGrant.Scope.COLUMN)),
        )

    def _by_scope(self, grants: Iterable[_Grant], scope: str) -> dict[UUID | None, frozenset[str]]:
        roles: dict[UUID | None, set[str]] = defaultdict(set)
        for grant in grants:
            if grant.scope == scope:
                roles[grant.scope_id].add(grant.role)
        together: dict[frozenset[str], frozenset[str]] = {}
        for each in map(frozenset, roles.values()):
            if each not in together:
                together[each] = expanded(frozenset().union(*(self._roles[role] for role in each)))
        return {scope_id: together[frozenset(each)] for scope_id, each in roles.items()}


def _read_held(person_id: UUID) -> _Held | None:
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        return None
    rows = person.grants.filter(revoked_at__isnull=True)
    grants = [_Grant(*row) for row in rows.values_list(*_GRANT)]
    roles = Role.objects.filter(code__in={grant.role for grant in grants})
    held = {code: frozenset(capabilities) for code, capabilities in roles.values_list("code", "capabilities")}
    return _Held(person, grants, held)


_GRANT: Final = ("role_id", "scope", "scope_id", "valid_from", "valid_until")
_MOST_TURNS: Final = 4
# One with 1,400 grants takes 0.7 MB.
_held: Final = Kept("access", "organizations", read=_read_held, most=200)


def _named(capabilities: Mapping[UUID | None, frozenset[str]]) -> _Capabilities:
    return {scope_id: held for scope_id, held in capabilities.items() if scope_id is not None}


def _joined_subtrees(roots: Mapping[UUID, frozenset[str]]) -> _Capabilities:
    joined: _Capabilities = {}
    for root, members in subtree_ids_of(roots).items():
        joined = _joined(joined, dict.fromkeys(members, roots[root]))
    return joined


def _joined(one: Mapping[UUID, frozenset[str]], other: Mapping[UUID, frozenset[str]]) -> _Capabilities:
    return {key: one.get(key, frozenset()) | other.get(key, frozenset()) for key in {*one, *other}}
