"""`rongshu setup`: make an installation, or bring an existing one up to date."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from rongshu.accounts.actions.register_person import HANDLE
from rongshu.accounts.commands import CommandRefused
from rongshu.foundation.audit import acting_via
from rongshu.foundation.errors import RongshuError
from rongshu.project.setting_up import set_up


class Command(BaseCommand):
    help = "初始化平台：建库、登记本平台与运维人员、写入内置角色与信息库标准；可重复运行"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--name", required=True, help="平台名称，如 示范省政府网站集约化平台")
        parser.add_argument("--operator", required=True, help="运维人员姓名（或其代号）")
        parser.add_argument("--operator-handle", help="运维人员代号，默认 operator")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up and say what there is."""
        operator = options["operator"]
        handle = options["operator_handle"] or (operator if HANDLE.fullmatch(operator) else "operator")
        try:
            with acting_via("command"):
                installation = set_up(
                    name=options["name"],
                    operator_name=operator,
                    operator_handle=handle,
                    demonstration=settings.DEMONSTRATION,
                    told=lambda step: self.stdout.write(f"  {step} …") if options["verbosity"] else None,
                )
        except RongshuError as error:
            raise CommandRefused(error) from error
        self.stdout.write(f"平台“{installation.name}”已就绪，节点 {installation.node_id}")
        self.stdout.write(f"数据目录 {settings.DATA_FOLDER}；下一步：rongshu serve")
