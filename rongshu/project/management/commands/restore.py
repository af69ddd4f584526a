"""`rongshu restore DIR`: check the backup, then put it in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rongshu.accounts.commands import CommandRefused
from rongshu.foundation.audit import acting_via
from rongshu.foundation.errors import RongshuError
from rongshu.project.backups.restoring import restore


class Command(BaseCommand):
    help = "从备份目录恢复；先核对全部指纹，已有数据时须加 --replace；恢复后事件流进入新纪元"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments. Who restores is named freely: the persons are in the backup."""
        parser.add_argument("folder", metavar="目录", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="替换现有数据（原数据库另存于 superseded/）"
        )
        parser.add_argument("--as", dest="by", default="恢复程序", metavar="NAME", help="操作人，记入审计")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore and say what there is now."""
        try:
            with acting_via("command"):
                installation = restore(
                    folder=options["folder"],
                    replace=options["replace"],
                    by=options["by"],
                    told=lambda step: self.stderr.write(f"  {step} …"),
                )
        except RongshuError as error:
            raise CommandRefused(error) from error
        self.stdout.write(
            f"已恢复“{installation.name}”，事件流进入新纪元；运行 rongshu serve 后自动核对并补齐页面。"
        )
