"""The base of every command that changes something: it acts as a named person."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rongshu.accounts.models import Person
from rongshu.accounts.queries import person_named, recorded_operator
from rongshu.foundation.audit import acting_via
from rongshu.foundation.errors import RongshuError

REFUSED = 2


class ActingCommand(BaseCommand):
    """Add `--as NAME` (default: the operator recorded at set-up) and print refusals in one Chinese line.

    A subclass writes `add_own_arguments(parser)` and `act(actor, **options)`. Exit code 2 on a refusal.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `--as`, then the command's own arguments."""
        parser.add_argument(
            "--as",
            dest="acting_as",
            metavar="NAME",
            help="以谁的名义操作（人员代号），默认为设置时登记的运维人员",
        )
        self.add_own_arguments(parser)

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Add the arguments of this command."""

    def act(self, actor: Person, **options: Any) -> str | None:
        """Do what the command is for; return what is to be printed, if anything."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Find the person, act, and turn a RongshuError into one line."""
        acting_as = options.pop("acting_as", None)
        try:
            with acting_via("command"):
                actor = person_named(acting_as) if acting_as else recorded_operator()
                return self.act(actor, **options)
        except RongshuError as error:
            raise CommandRefused(error) from error


class CommandRefused(CommandError):
    """A refusal, printed as `error.code: sentence`."""

    def __init__(self, error: RongshuError) -> None:
        lines = [f"{error.message}（{error.code}）", *_field_lines(error)]
        super().__init__("\n".join(lines), returncode=REFUSED)
        self.error = error


def _field_lines(error: RongshuError) -> list[str]:
    return [
        f"  {field}：{problem}" for field, problem in error.fields.items() if problem not in error.message
    ]
