"""One fictitious person for each role, let in by a one-time link: the demo has no default password either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from rongshu.accounts.actions.enrol import EnrolmentLink, enrol
from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.capabilities import BUILT_IN_ROLES, EXCLUSIVE_ROLES
from rongshu.accounts.models import Person
from rongshu.accounts.queries import account_of, has_second_factor
from rongshu.sites.models import Site

_PLATFORM: Final = (*EXCLUSIVE_ROLES, "supervisor", "auditor")
_SITE: Final = ("site-administrator",)


@dataclass(frozen=True)
class DemoLink:
    """A role, who holds it, and how he gets in for the first time."""

    role: str
    person: Person
    link: EnrolmentLink


def links_per_role(operator: Person, site: Site) -> Iterator[DemoLink]:
    """Yield a link for each built-in role whose demo person has not enrolled yet."""
    for role in BUILT_IN_ROLES:
        person = operator if role.code == "operator" else _holder(operator, site, role.code, role.name)
        account = account_of(person)
        if account is None or not has_second_factor(account):
            yield DemoLink(role.name, person, enrol(actor=operator, person=person))


def _holder(operator: Person, site: Site, role: str, name: str) -> Person:
    handle = f"demo-{role}"
    person = Person.objects.filter(handle=handle).first()
    if person is None:
        person = register_person(actor=operator, name=f"示范{name}", handle=handle, organization=site.sponsor)
    scope, scope_id = _scope(role, site)
    grant_role(actor=operator, person=person, role=role, scope=scope, scope_id=scope_id)
    return person


def _scope(role: str, site: Site) -> tuple[str, UUID | None]:
    if role in _PLATFORM:
        return "platform", None
    if role in _SITE:
        return "site", site.id
    return "organization", site.sponsor_id
