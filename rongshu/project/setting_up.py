"""Setting an installation up: schema, the installation's row, the operator, and what it is born with."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from uuid import UUID

from django.core.management import call_command
from django.db import transaction

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import HANDLE, register_person
from rongshu.accounts.models import Person
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.installation import is_set_up, this_installation
from rongshu.foundation.models import Installation
from rongshu.foundation.seeding import sow_all
from rongshu.foundation.stream import stream
from rongshu.foundation.text import normalise_line


@dataclasses.dataclass(frozen=True)
class Installer:
    """The actor of the set-up itself, before there is any person."""

    id: UUID | None = None
    name: str = "安装程序"


def set_up(
    *,
    name: str,
    operator_name: str,
    operator_handle: str = "operator",
    demonstration: bool = False,
    told: Callable[[str], None] = lambda step: None,
) -> Installation:
    """Bring the schema up to date and make what is missing; an existing installation keeps what it has."""
    _check(name, operator_name, operator_handle)
    told("数据库结构")
    call_command("migrate", interactive=False, verbosity=0)
    sow_all(told)
    stream()
    if is_set_up():
        return this_installation()
    with transaction.atomic():
        return _install(normalise_line(name), operator_name, operator_handle, demonstration)


def _install(name: str, operator_name: str, handle: str, demonstration: bool) -> Installation:
    installer = Installer()
    operator = Person.objects.filter(handle=handle).first()
    if operator is None:
        operator = register_person(actor=installer, name=operator_name, handle=handle)
    grant_role(actor=installer, person=operator, role="operator")
    installation = Installation.objects.create(
        pk=1, name=name, operator_id=operator.id, is_demonstration=demonstration
    )
    record(installer, "installation.set-up", installation, node=installation.node_id, operator=operator.id)
    return installation


def _check(name: str, operator_name: str, handle: str) -> None:
    wrong = {}
    if not 1 <= len(normalise_line(name)) <= 100:
        wrong["--name"] = "平台名称须为 1–100 个字"
    if not 1 <= len(normalise_line(operator_name)) <= 100:
        wrong["--operator"] = "运维人员姓名须为 1–100 个字"
    if not HANDLE.fullmatch(handle):
        wrong["--operator-handle"] = "人员代号须为 2–60 个小写字母、数字或 . _ -"
    if wrong:
        raise InvalidInput("；".join(wrong.values()) + "。", fields=wrong)
