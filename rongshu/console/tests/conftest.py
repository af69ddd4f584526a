"""A small installation with people who may differ in what they may do."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.conf import LazySettings

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import Installation
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization


@pytest.fixture
def installation(db: None) -> Installation:
    return Installation.objects.create(pk=1, name="示范平台")


@pytest.fixture
def operator(installation: Installation) -> Person:
    person = register_person(actor=Clock(), name="运维员", handle="operator")
    grant_role(actor=Clock(), person=person, role="operator")
    return person


@pytest.fixture
def page(console_client: ConsoleClient, operator: Person) -> ConsoleClient:
    """A client in which the operator has signed in."""
    return sign_in(console_client, operator)


@dataclass
class Province:
    """A government with two departments; a manager and a clerk of the first, a stranger of the second."""

    government: Organization
    education: Organization
    office: Organization
    health: Organization
    manager: Person
    clerk: Person
    stranger: Person


@pytest.fixture
def province(console_client: ConsoleClient, installation: Installation, settings: LazySettings) -> Province:
    settings.DEMONSTRATION = True
    clock = Clock()
    region = register_region(actor=clock, code="990000", name="示范省")

    def organization(name: str, serial: int, parent: Organization | None = None) -> Organization:
        return create_organization(
            actor=clock,
            name=name,
            credit_code=demonstration_credit_code("990000", serial),
            level="province",
            region=region,
            parent=parent,
        )

    government = organization("示范省人民政府", 1)
    education = organization("示范省教育厅", 2, government)
    office = organization("示范省教育考试院", 3, education)
    health = organization("示范省卫生健康委员会", 4, government)
    manager = register_person(actor=clock, name="教育管理员", handle="manager", organization=education)
    grant_role(
        actor=clock,
        person=manager,
        role="organization-administrator",
        scope="organization",
        scope_id=education.pk,
    )
    clerk = register_person(actor=clock, name="教育科员", handle="clerk", organization=education)
    stranger = register_person(actor=clock, name="卫生科员", handle="stranger", organization=health)
    return Province(government, education, office, health, manager, clerk, stranger)


@pytest.fixture
def demonstration(settings: LazySettings) -> None:
    """Let codes of the demonstration's ranges pass."""
    settings.DEMONSTRATION = True
