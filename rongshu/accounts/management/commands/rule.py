"""`rongshu rule list|set|inherit`: thresholds and deadlines as of a day, with their source."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from rongshu.accounts.actions.change_rule import RuleMalformed, change_rule
from rongshu.accounts.actions.inherit_rule import inherit_rule
from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.foundation import clock
from rongshu.foundation.guards import get_one
from rongshu.foundation.models import RuleValue
from rongshu.foundation.rules import seeds
from rongshu.organizations.models import Organization


class Command(ActingCommand):
    """规则表：列出，设定从某日起的取值。"""

    help = "规则表：列出阈值和期限，设定从某日起的取值"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Add the sub-commands."""
        commands = parser.add_subparsers(dest="deed", required=True)
        listing = self.add_deed(commands, "list", "列出规则的取值、生效日期和依据")
        listing.add_argument("code", nargs="?", default="", help="只列以此开头的规则")
        setting = self.add_deed(commands, "set", "设定从某日起的取值，此前的日子仍用原来的取值")
        setting.add_argument("code", help="规则代码")
        setting.add_argument("value", help='取值，JSON 写法，如 700 或 \'{"max": "15wd"}\'')
        setting.add_argument("--on", type=date.fromisoformat, help="生效日期 YYYY-MM-DD，默认今天")
        setting.add_argument("--source", required=True, help="依据，如文件名和条款")
        setting.add_argument("--organization", metavar="CODE", help="只对这个机构（统一社会信用代码）")
        inheriting = self.add_deed(commands, "inherit", "让一个机构从某日起恢复随全平台的取值")
        inheriting.add_argument("code", help="规则代码")
        inheriting.add_argument("--on", type=date.fromisoformat, help="生效日期 YYYY-MM-DD，默认今天")
        inheriting.add_argument("--source", required=True, help="依据，如文件名和条款")
        inheriting.add_argument(
            "--organization", metavar="CODE", required=True, help="这个机构（统一社会信用代码）"
        )

    def act(self, actor: Person, **options: Any) -> str:
        """Do the sub-command."""
        if options["deed"] == "list":
            return "\n".join(_lines(options["code"])) or "没有这样的规则。"
        if options["deed"] == "inherit":
            row = inherit_rule(
                actor=actor, code=options["code"], on=options["on"] or clock.today(),
                source=options["source"], organization_id=_organization_id(options["organization"]),
            )  # fmt: skip
            return f"规则 {row.code} 自 {row.effective_on} 起随全平台。"
        row = change_rule(
            actor=actor,
            code=options["code"],
            value=_value(options["value"]),
            on=options["on"] or clock.today(),
            source=options["source"],
            organization_id=_organization_id(options["organization"]),
        )
        return f"规则 {row.code} 自 {row.effective_on} 起为 {_written(row.value)}。"


def _lines(beginning: str) -> list[str]:
    rows = {
        (row.code, row.organization_id, row.effective_on): row for row in (*seeds(), *RuleValue.objects.all())
    }
    names: dict[UUID | None, str] = dict(Organization.objects.values_list("pk", "name"))
    found = [row for row in rows.values() if row.code.startswith(beginning)]
    found.sort(key=lambda row: (row.code, str(row.organization_id or ""), row.effective_on))
    return [
        "\t".join(
            (row.code, str(row.effective_on), _written(row.value), names.get(row.organization_id, "全平台"),
             row.source, "" if row.is_verified else "待核实")
        ).rstrip()
        for row in found
    ]  # fmt: skip


def _value(written: str) -> Any:
    try:
        return json.loads(written)
    except json.JSONDecodeError as error:
        raise RuleMalformed("取值须为 JSON 写法，文字要加引号。", fields={"value": "不是 JSON"}) from error


def _organization_id(code: str | None) -> Any:
    if code is None:
        return None
    found = get_one(Organization.objects.all(), credit_code=code)
    return found.pk


def _written(value: Any) -> str:
    return "随全平台" if value is None else json.dumps(value, ensure_ascii=False)
