"""`rongshu export-all DIR`: hand everything over in open formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.project.backups.leaving import export_all


class Command(ActingCommand):
    help = "系统退出·导出：把全部数据以开放格式（JSON 行、原文件、静态页面、SHA256SUMS）导出到空目录"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Declare the folder."""
        parser.add_argument("folder", metavar="目录", type=Path)

    def act(self, actor: Person, **options: Any) -> str:
        """Export and say how much."""
        folder: Path = options["folder"]
        rows = export_all(actor=actor, folder=folder, told=lambda step: self.stderr.write(f"  {step} …"))
        self.stderr.write(f"核对：cd {folder} && sha256sum -c SHA256SUMS")
        return f"已导出 {len(rows)} 张表、{sum(rows.values())} 条记录到 {folder}"
