"""Every changing command acts as a named person: `--as`, or the operator recorded at set-up."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from rongshu.accounts.actions.define_role import define_role, seed_built_in_roles
from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.capabilities import BUILT_IN_ROLES
from rongshu.accounts.errors import UnknownCapability
from rongshu.accounts.management.commands.organization import Command
from rongshu.accounts.models import Role
from rongshu.accounts.tests.conftest import Province
from rongshu.foundation.audit import Clock
from rongshu.foundation.errors import Conflict, NotAllowed
from rongshu.foundation.models import AuditRecord, Installation

RENAME = ("organization", "rename", "示范省教育考试院", "示范省考试院")


def test_without_set_up_nobody_acts(province: Province) -> None:
    before = AuditRecord.objects.count()
    with pytest.raises(CommandError, match="operator-not-recorded") as refused:
        call_command(*RENAME)
    assert refused.value.returncode == 2
    assert AuditRecord.objects.count() == before


def test_the_recorded_operator_acts_unless_another_is_named(province: Province) -> None:
    grant_role(actor=Clock(), person=province.clerk, role="operator")
    Installation.objects.create(name="示范", operator_id=province.clerk.id)
    call_command(*RENAME, stdout=StringIO())
    record = AuditRecord.objects.get(action="organization.renamed")
    assert (record.actor_id, record.actor_name, record.via) == (province.clerk.id, "示范编辑", "command")
    with pytest.raises(CommandError, match="person-not-found"):
        call_command(*RENAME, "--as", "nobody")


def test_who_may_not_is_refused_and_nothing_changes(province: Province) -> None:
    with pytest.raises(CommandError, match="not-allowed"):
        call_command(*RENAME, "--as", "clerk")
    province.office.refresh_from_db()
    assert province.office.name == "示范省教育考试院"


def test_on_the_command_line_a_refusal_is_one_chinese_line(
    province: Province, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        Command().run_from_argv(["rongshu", *RENAME, "--as", "clerk"])
    assert left.value.code == 2
    said = capsys.readouterr().err.strip()
    assert said.endswith("（not-allowed）")
    assert "\n" not in said


def test_as_may_stand_before_or_after_the_deed(province: Province) -> None:
    grant_role(actor=Clock(), person=province.clerk, role="operator")
    for arguments in (("--as", "clerk", "list"), ("list", "--as", "clerk")):
        out = StringIO()
        call_command("organization", *arguments, stdout=out)
        assert "示范省教育厅" in out.getvalue()


def test_built_in_roles_follow_the_table_and_are_not_changed_by_hand(province: Province) -> None:
    grant_role(actor=Clock(), person=province.clerk, role="operator")
    Role.objects.filter(pk="editor").update(capabilities=["platform.operate"])
    seed_built_in_roles()
    table = {role.code: list(role.capabilities) for role in BUILT_IN_ROLES}
    assert dict(Role.objects.values_list("code", "capabilities")) == table
    with pytest.raises(Conflict):
        define_role(actor=province.clerk, code="editor", name="编辑", capabilities=["audit.read"])
    with pytest.raises(UnknownCapability):
        define_role(actor=province.clerk, code="own", name="自定", capabilities=["everything"])
    assert dict(Role.objects.values_list("code", "capabilities")) == table
    define_role(actor=province.clerk, code="own", name="自定", capabilities=["audit.read"])
    assert Role.objects.get(pk="own").capabilities == ["audit.read"]


@pytest.mark.parametrize("role", ["editor", "organization-administrator"])
def test_only_operators_define_roles(province: Province, role: str) -> None:
    grant_role(actor=Clock(), person=province.clerk, role=role)
    arguments: dict[str, Any] = {"code": "own", "name": "自定", "capabilities": ["audit.read"]}
    with pytest.raises(NotAllowed):
        define_role(actor=province.clerk, **arguments)
    assert not Role.objects.filter(pk="own").exists()
