"""`rongshu federation keys show|make|rotate|revoke|pin|trust`: our keys, and whose we believe."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand
from django.utils import timezone

from rongshu.accounts.commands import add_acting_as
from rongshu.accounts.models import Person
from rongshu.federation.actions.keys import (
    ensure_own_key,
    make_key,
    pin_key,
    revoke_key,
    rotate_key,
    trust_endorsements,
)
from rongshu.federation.errors import KeyFileUnreadable
from rongshu.federation.management.deeds import Deed
from rongshu.federation.models import NodeKey
from rongshu.federation.queries.keys import known_keys
from rongshu.federation.signing.keys import spoken_fingerprint, written_fingerprint
from rongshu.federation.signing.providers import provider_names
from rongshu.foundation.installation import node_id


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="key_deed", required=True, metavar="|".join(_DEEDS))
    for name, (purpose, _) in _DEEDS.items():
        below = commands.add_parser(name, help=purpose, description=purpose)
        add_acting_as(below, default=argparse.SUPPRESS)
        if name in _ARGUMENTS:
            _ARGUMENTS[name](below)


def _add_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--node", type=UUID, help="只看这个节点的密钥")
    parser.add_argument("--json", action="store_true", help="以 JSON 打印，可作为 pin 的密钥文件交给对方")


def _add_algorithm(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--algorithm", choices=provider_names(), help="签名算法，默认 ed25519 或沿用现有密钥的"
    )


def _add_revoke(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("fingerprint", help="密钥指纹，或它开头的几位")
    parser.add_argument("--reason", required=True, help="吊销原因")
    parser.add_argument(
        "--since", type=_instant, metavar="TIME", help="自何时起不再采信（如 2026-05-01T09:00），默认现在"
    )


def _add_pin(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("node", type=UUID, help="对方节点的标识")
    parser.add_argument("fingerprint", help="经电话或公文核对过的指纹，两种写法都可以")
    parser.add_argument(
        "--file", type=Path, required=True, metavar="FILE", help="对方用 keys show --json 导出的文件"
    )
    parser.add_argument("--until", type=_instant, metavar="TIME", help="信任到何时，默认不限")


def _add_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("node", type=UUID, help="枢纽节点的标识")
    parser.add_argument("--withdraw", action="store_true", help="不再采信它的担保，由它担保的密钥一并失效")


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} 不是时间，应写作 2026-05-01T09:00") from error
    return found if found.tzinfo else timezone.make_aware(found)


def _show(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    ensure_own_key()
    rows = known_keys()
    if options["node"]:
        rows = rows.filter(node=options["node"])
    own = node_id()
    found = sorted(rows, key=lambda row: row.node != own)
    if options["json"]:
        command.stdout.write(
            json.dumps({"node": str(own), "keys": [_as_json(row) for row in found]}, indent=2)
        )
        return 0
    for row in found:
        _print_key(command, row)
    return 0


def _print_key(command: BaseCommand, row: NodeKey) -> None:
    whose = "本节点" if row.trust == NodeKey.Trust.OWN else f"节点 {row.node}　{row.get_trust_display()}"
    command.stdout.write(f"{whose}　{row.algorithm}　{_standing(row)}")
    command.stdout.write(f"  指纹　{row.key_id}")
    command.stdout.write(f"  核对　{spoken_fingerprint(row.key_id)}")


def _standing(row: NodeKey) -> str:
    if row.revoked_from is not None:
        return f"已吊销，{_local(row.revoked_from)} 起不再采信：{row.revocation_reason}"
    now = timezone.now()
    if row.valid_until is not None and row.valid_until < now:
        return f"已于 {_local(row.valid_until)} 到期"
    return f"有效至 {_local(row.valid_until)}" if row.valid_until else "长期有效"


def _make(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    row = make_key(actor=actor, algorithm=options["algorithm"] or "ed25519")
    command.stdout.write("已制作新密钥。请把下面的指纹告诉各联通节点，由对方核对后登记（keys pin）。")
    _print_key(command, row)
    return 0


def _rotate(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    row = rotate_key(actor=actor, algorithm=options["algorithm"])
    command.stdout.write("已更换密钥，由旧密钥签名宣布，各联通节点会自动采信，无需登记。")
    _print_key(command, row)
    return 0


def _revoke(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    revoked = revoke_key(
        actor=actor,
        fingerprint=written_fingerprint(options["fingerprint"]),
        reason=options["reason"],
        since=options["since"],
    )
    if not revoked:
        command.stdout.write("这把密钥早已吊销，没有变化。")
    for row in revoked:
        _print_key(command, row)
    if any(row.trust == NodeKey.Trust.OWN for row in revoked):
        command.stdout.write(
            "本节点没有在用的密钥时，请运行 rongshu federation keys make，并请各节点重新登记。"
        )
    return 0


def _pin(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    fingerprint = written_fingerprint(options["fingerprint"])
    row = pin_key(
        actor=actor,
        node=options["node"],
        jwk=_jwk_from(options["file"], fingerprint),
        fingerprint=fingerprint,
        valid_until=options["until"],
    )
    command.stdout.write("已登记。")
    _print_key(command, row)
    return 0


def _trust(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    trust_endorsements(actor=actor, node=options["node"], trusted=not options["withdraw"])
    command.stdout.write(
        "不再采信这个枢纽的担保。" if options["withdraw"] else "采信这个枢纽对其他节点密钥的担保。"
    )
    return 0


def _jwk_from(file: Path, fingerprint: str) -> Mapping[str, str]:
    """Return the key with this fingerprint among those of the file, else the first: pinning compares it."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        written = json.loads(text)
        keys = written["keys"] if isinstance(written, dict) and "keys" in written else [written]
        named = [key for key in keys if key.get("kid") == fingerprint]
        return {str(name): value for name, value in (named or keys)[0].items() if isinstance(value, str)}
    except (
        OSError,
        UnicodeDecodeError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        TypeError,
    ) as error:
        raise KeyFileUnreadable(fields={"file": file.name}) from error


def _as_json(row: NodeKey) -> dict[str, Any]:
    return {
        **row.jwk,
        "alg": row.algorithm,
        "kid": row.key_id,
        "use": "sig",
        "node": str(row.node),
        "trust": row.trust,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "revoked_from": row.revoked_from.isoformat() if row.revoked_from else None,
    }


def _local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _run(command: BaseCommand, actor: Person, options: dict[str, Any]) -> int:
    return _DEEDS[options["key_deed"]][1](command, actor, options)


_DEEDS: Final[dict[str, tuple[str, Callable[[BaseCommand, Person, dict[str, Any]], int]]]] = {
    "show": ("列出本节点和所信任节点的密钥与指纹", _show),
    "make": ("制作密钥（本节点没有在用的密钥时）", _make),
    "rotate": ("更换密钥：新密钥由旧密钥签名宣布，并行一段时间", _rotate),
    "revoke": ("吊销一把密钥，立即生效", _revoke),
    "pin": ("核对指纹后登记对方节点的密钥", _pin),
    "trust": ("采信一个枢纽对其他节点密钥的担保", _trust),
}
_ARGUMENTS: Final[dict[str, Callable[[argparse.ArgumentParser], None]]] = {
    "show": _add_show,
    "make": _add_algorithm,
    "rotate": _add_algorithm,
    "revoke": _add_revoke,
    "pin": _add_pin,
    "trust": _add_trust,
}
DEEDS: Final = (Deed("keys", "密钥：查看、制作、更换、吊销、登记、采信担保", _run, _add_arguments),)
