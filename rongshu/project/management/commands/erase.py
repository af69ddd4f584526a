"""`rongshu erase --confirm NAME`: erase everything and print the certificate."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.project.backups.leaving import erase_everything


class Command(ActingCommand):
    help = (
        "系统退出·删除：删除本平台全部数据，不可恢复，并给出删除证明；请先运行 rongshu export-all 或 backup"
    )

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Declare the confirmation."""
        parser.add_argument("--confirm", required=True, metavar="平台名称", help="原样写出平台名称以确认")
        parser.add_argument(
            "--certificate", type=Path, metavar="文件", help="把删除证明写入此文件（数据目录之外）"
        )

    def act(self, actor: Person, **options: Any) -> str:
        """Erase and print the certificate."""
        certificate = erase_everything(
            actor=actor, confirm=options["confirm"], told=lambda step: self.stderr.write(f"  {step} …")
        )
        text = json.dumps(dataclasses.asdict(certificate), ensure_ascii=False, indent=1)
        if options["certificate"]:
            options["certificate"].write_text(text + "\n", encoding="utf-8")
        return text
