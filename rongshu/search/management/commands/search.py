"""`rongshu search`: the index, its state, and how well it finds."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from rongshu.foundation.errors import RongshuError
from rongshu.search.management.deeds import evaluating, indexing

_REFUSED: Final = 2
_DEEDS: Final = {deed.name: deed for deed in (*indexing.DEEDS, *evaluating.DEEDS)}


class Command(BaseCommand):
    help = "检索：写入索引，查看状态，重建，核对，评测效果，解释排序"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the sub-commands."""
        commands = parser.add_subparsers(dest="deed", required=True, metavar="|".join(_DEEDS))
        for deed in _DEEDS.values():
            its_parser = commands.add_parser(deed.name, help=deed.purpose, description=deed.purpose)
            deed.add_arguments(its_parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one deed; a refusal is one line and exit code 2."""
        try:
            code = _DEEDS[options["deed"]].run(self, options)
        except RongshuError as error:
            raise CommandError(f"{error.message}（{error.code}）", returncode=_REFUSED) from error
        if code:
            sys.exit(code)
