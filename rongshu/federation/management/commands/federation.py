"""`rongshu federation`: neighbours, their records, and whose signatures we believe."""

from __future__ import annotations

import sys
from typing import Any, Final

from django.core.management.base import CommandParser

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.federation.management.deeds import Deed, Look, conformance, exchange, keys, provenance
from rongshu.foundation.errors import RongshuError

_DEEDS: Final[dict[str, Deed | Look]] = {
    deed.name: deed for deed in (*exchange.DEEDS, *keys.DEEDS, *provenance.DEEDS, *conformance.DEEDS)
}


class Command(ActingCommand):
    help = "资源联通：节点、获取与核对，密钥与信任，来源验证，符合性检验"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Add the sub-commands."""
        commands = parser.add_subparsers(dest="deed", required=True, metavar="|".join(_DEEDS))
        for deed in _DEEDS.values():
            deed.add_arguments(self.add_deed(commands, deed.name, deed.purpose))

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Let what changes nothing be looked at by anyone."""
        deed = _DEEDS[options["deed"]]
        if isinstance(deed, Look):
            try:
                _end(deed.run(self, options))
            except RongshuError as error:
                self.refuse(error, is_traced=bool(options.get("traceback")))
            return None
        return super().handle(*args, **options)

    def act(self, actor: Person, **options: Any) -> None:
        """Do one deed."""
        deed = _DEEDS[options["deed"]]
        if isinstance(deed, Deed):
            _end(deed.run(self, actor, options))


def _end(code: int) -> None:
    if code:
        sys.exit(code)
