"""The base of every command that changes something: it acts as a named person."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rongshu.accounts.models import Person
from rongshu.accounts.queries import person_named, recorded_operator
from rongshu.foundation.audit import acting_via
from rongshu.foundation.errors import RongshuError

if TYPE_CHECKING:
    _SubParsers = argparse._SubParsersAction[Any]

REFUSED = 2


class ActingCommand(BaseCommand):
    """Add `--as NAME` (default: the operator recorded at set-up) and print refusals in one Chinese line.

    A subclass writes `add_own_arguments(parser)` and `act(actor, **options)`. Exit code 2 on a refusal.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `--as`, then the command's own arguments."""
        add_acting_as(parser, default=None)
        self.add_own_arguments(parser)

    def add_deed(self, commands: _SubParsers, name: str, purpose: str) -> CommandParser:
        """Add a sub-command that knows `--as`, too, so that it may stand before or after its name."""
        deed: CommandParser = commands.add_parser(name, help=purpose, description=purpose)
        add_acting_as(deed, default=argparse.SUPPRESS)
        return deed

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
            self.refuse(error, is_traced=bool(options.get("traceback")))

    def refuse(self, error: RongshuError, *, is_traced: bool = False) -> NoReturn:
        """End with the error as one line."""
        refusal = CommandRefused(error)
        # On the command line Django would put the name of the exception before the sentence.
        if getattr(self, "_called_from_command_line", False) and not is_traced:
            self.stderr.write(str(refusal))
            sys.exit(REFUSED)
        raise refusal from error


def add_acting_as(parser: argparse.ArgumentParser, default: str | None) -> None:
    """Add the argument `--as NAME`."""
    parser.add_argument(
        "--as",
        dest="acting_as",
        metavar="NAME",
        default=default,
        help="以谁的名义操作（人员代号），默认为设置时登记的运维人员",
    )


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
