"""A small installation with people who may differ in what they may do."""

from __future__ import annotations

import pytest

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import Installation


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
