"""`rongshu statistics rebuild`: every counter from zero, from the facts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.newsroom.actions.rebuild_statistics import rebuild_statistics


class Command(ActingCommand):
    """Count anew; what is shown meanwhile is what was counted before."""

    help = "统计：按事实重新统计全部计数"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Add the subcommand."""
        subcommands = parser.add_subparsers(dest="subcommand", required=True)
        self.add_deed(subcommands, "rebuild", "重新统计每一天、每个机构")

    def act(self, actor: Person, **options: Any) -> str | None:
        """Do it."""
        counted, waiting = rebuild_statistics(actor=actor)
        rest = f"，另有 {waiting} 个正由后台统计" if waiting else ""
        return f"已重新统计 {counted - waiting} 个机构日{rest}。"
