"""A small province with two departments, and persons with roles there."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.foundation.audit import Clock
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
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
    region = register_region(actor=clock, code="990000", name="示范省", level="province")

    def organization(name: str, code: str, parent: Organization | None = None) -> Organization:
        return create_organization(
            actor=clock, name=name, credit_code=code, level="province", region=region, parent=parent
        )

    government = organization("示范省人民政府", "11990000MB0000001U")
    education = organization("示范省教育厅", "11990000MB00000025", government)
    office = organization("示范省教育考试院", "11990000MB0000003P", education)
    health = organization("示范省卫生健康委员会", "11990000MB0000004K", government)
    clerk = register_person(actor=clock, name="示范编辑", handle="clerk", organization=education)
    return Province(government, education, office, health, clerk)
