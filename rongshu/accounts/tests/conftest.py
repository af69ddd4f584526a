"""A small province with two departments, and persons with roles there."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.foundation.audit import Clock
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization


@dataclass
class Province:
    """A government, two departments below it, and a bureau below the first."""

    government: Organization
    education: Organization
    office: Organization
    health: Organization
    clerk: Person


@pytest.fixture
def province(db: None, settings: object) -> Province:
    """Return a fictitious province as it stands before anyone got a role."""
    settings.DEMONSTRATION = True  # type: ignore[attr-defined]
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
    clerk = register_person(actor=clock, name="示范编辑", handle="clerk", organization=education)
    return Province(government, education, office, health, clerk)
