"""`rongshu rule`: who may change a rule, from when, and that the audit says so."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import AuditRecord, RuleValue
from rongshu.foundation.rules import rule_value, seed_rules
from rongshu.organizations.models import Organization, Region

CODE = "library.near_duplicate"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    for handle, role in (("operator", "operator"), ("auditor", "audit-administrator")):
        person = register_person(actor=Clock(), name=f"示范{handle}", handle=handle, organization=None)
        grant_role(actor=Clock(), person=person, role=role)
    seed_rules()


def rule(*arguments: str, by: str = "operator") -> str:
    out = StringIO()
    call_command("rule", *arguments, "--as", by, stdout=out)
    return out.getvalue()


def test_a_rule_changes_from_a_day_on_and_leaves_a_trace() -> None:
    before = rule_value(CODE, on=date(2026, 12, 31))
    assert "750" in rule("set", CODE, "750", "--on", "2027-01-01", "--source", "示范办法第八条")
    assert rule_value(CODE, on=date(2026, 12, 31)) == before
    assert rule_value(CODE, on=date(2027, 1, 1)) == 750
    trace = AuditRecord.objects.get(action="rule.changed")
    assert trace.actor_name == "示范operator"
    assert trace.details["source"] == "示范办法第八条"
    assert "示范办法第八条" in rule("list", "library")


@pytest.mark.parametrize(
    "arguments",
    [
        ("library.no_such_rule", "1", "--source", "示范"),
        (CODE, '"七百"', "--source", "示范"),
        (CODE, "七百", "--source", "示范"),
        (CODE, "true", "--source", "示范"),
        (CODE, "750", "--source", " "),
        (CODE, "750", "--source", "示范", "--organization", "000000000000000000"),
    ],
)
def test_a_wrong_value_changes_nothing(arguments: tuple[str, ...]) -> None:
    count = RuleValue.objects.count()
    with pytest.raises(CommandError):
        rule("set", *arguments)
    assert RuleValue.objects.count() == count
    assert not AuditRecord.objects.filter(action="rule.changed").exists()


def test_a_unit_follows_everyone_again_from_a_day_on() -> None:
    region = Region.objects.create(code="990000", name="示范省", level="province")
    unit = Organization.objects.create(
        name="示范省教育厅",
        credit_code="119900000000000275",
        kind="department",
        level="province",
        region=region,
    )
    own = ("--organization", unit.credit_code, "--source", "示范")
    rule("set", CODE, "750", "--on", "2026-01-01", *own)
    assert "随全平台" in rule("inherit", CODE, "--on", "2026-03-01", *own)
    assert rule_value(CODE, on=date(2026, 2, 28), organization_id=unit.pk) == 750
    assert rule_value(CODE, on=date(2026, 3, 1), organization_id=unit.pk) == rule_value(CODE)
    assert "随全平台" in rule("list", CODE)
    with pytest.raises(CommandError):
        rule("inherit", CODE, "--on", "2026-04-01", *own)


def test_who_may_not_operate_changes_no_rule() -> None:
    count = RuleValue.objects.count()
    with pytest.raises(CommandError):
        rule("set", CODE, "750", "--source", "示范", by="auditor")
    assert RuleValue.objects.count() == count


def test_a_rule_for_everyone_has_one_value_a_day() -> None:
    day = {"code": CODE, "effective_on": date(2030, 1, 1), "source": "示范"}
    RuleValue.objects.create(value=1, **day)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleValue.objects.create(value=2, **day)
