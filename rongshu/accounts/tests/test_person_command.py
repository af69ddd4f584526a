"""`rongshu person`: the way in for the first persons of an installation."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Account, Enrolment, Person
from rongshu.accounts.testing import ConsoleClient
from rongshu.accounts.tests.conftest import Province
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import Installation


@pytest.fixture
def operator(province: Province) -> Person:
    person = register_person(actor=Clock(), name="示范运维", handle="operator")
    grant_role(actor=Clock(), person=person, role="operator")
    Installation.objects.create(pk=1, name="示范平台", operator_id=person.id)
    return person


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("person", *arguments, stdout=out)
    return out.getvalue()


def test_the_operator_enrols_himself_and_others(operator: Person, console_client: ConsoleClient) -> None:
    for handle in ("operator", "clerk"):
        link, advice = said("enrol", handle, "--console", "https://console.example/").splitlines()
        assert link.startswith("https://console.example/-/enrol/")
        assert "只能用一次" in advice
        assert console_client.get(link.removeprefix("https://console.example")).status_code == 200
    assert Account.objects.count() == 2


def test_persons_are_listed_with_their_state(operator: Person) -> None:
    said("enrol", "clerk")
    lines = said("list").splitlines()
    assert lines[0].startswith("clerk\t示范编辑\t示范省教育厅\t未登记\t无角色")
    assert "平台运维（全平台）" in lines[1]


def test_locking_and_unlocking(operator: Person) -> None:
    said("enrol", "clerk")
    assert "已锁定" in said("lock", "clerk", "--reason", "离岗交接")
    assert Account.objects.get(person__handle="clerk").locked_at is not None
    assert "已解锁" in said("unlock", "clerk")
    assert Account.objects.get(person__handle="clerk").locked_at is None
    assert "/-/enrol/" in said("reset-factor", "clerk", "--reason", "手机遗失")


def test_who_manages_nobody_enrols_nobody(operator: Person, province: Province) -> None:
    grant_role(actor=Clock(), person=province.clerk, role="editor")
    with pytest.raises(CommandError, match="person-not-found"):
        said("enrol", "operator", "--as", "clerk")
    assert not Enrolment.objects.exists()
    assert not Account.objects.exists()
