"""`rongshu federation provenance RESOURCE`: where a resource comes from, each signature verified."""

from __future__ import annotations

import argparse
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.federation.management.deeds import Deed
from rongshu.federation.queries.provenance import Link, Verdict, provenance_of

_MARKS: Final = {Verdict.PROVEN: "✓", Verdict.BROKEN: "✗", Verdict.TOLD: "·"}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("resource", type=UUID, help="资源标识")


def _run(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    found = provenance_of(viewer_for(actor), options["resource"])
    command.stdout.write(f"{found.title or found.resource_id}")
    for link in found.links:
        command.stdout.write(_line(link))
    command.stdout.write("来源可证。" if found.is_proven else "来源不能证明，原因见上。")
    return 0 if found.is_proven else 1


def _line(link: Link) -> str:
    at = f"　{timezone.localtime(link.at):%Y-%m-%d %H:%M:%S}" if link.at else ""
    key = f"　密钥 {link.key_id}" if link.key_id else ""
    problem = f"\n      {link.sentence}（{link.problem}）" if link.problem else ""
    return f"  {_MARKS[link.verdict]} {link.deed}　{link.name or link.node}{at}{key}{problem}"


DEEDS: Final = (Deed("provenance", "逐环验证一条资源的来源", _run, _add_arguments),)
