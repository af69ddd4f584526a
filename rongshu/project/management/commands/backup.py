"""`rongshu backup DIR`: a consistent cut, while serving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.project.backups.backing_up import back_up


class Command(ActingCommand):
    help = "备份数据库、文件库与发布清单到一个目录；可在运行中进行，再次备份到同一目录只复制新增文件"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Declare the folder."""
        parser.add_argument("folder", metavar="目录", type=Path)

    def act(self, actor: Person, **options: Any) -> str:
        """Back up and say how much."""
        summary = back_up(
            actor=actor, folder=options["folder"], told=lambda step: self.stderr.write(f"  {step} …")
        )
        return (
            f"备份完成：{summary.folder}，事件编号至 {summary.last_number}，文件 {summary.files} 个"
            f"（新复制 {summary.copied} 个，{summary.bytes_copied / 1e6:.1f} MB）"
        )
