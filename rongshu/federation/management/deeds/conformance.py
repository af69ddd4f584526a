"""`rongshu federation conformance URL`: try a node of any vendor from outside."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand

from rongshu.federation.actions.add_partner import checked_address
from rongshu.federation.conformance.asking import Asker, over_the_network
from rongshu.federation.conformance.checks import Broken, CannotTell, Outcome, Unanswered, findings
from rongshu.federation.conformance.reporting import as_json, lines_of, summary
from rongshu.federation.conformance.session import Session
from rongshu.federation.errors import KeyFileUnreadable, PartnerUnreachable
from rongshu.federation.management.deeds import Look
from rongshu.federation.signing.keys import SigningKey
from rongshu.federation.signing.providers import provider, provider_names


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", help="被测节点的网址，如 https://city.example.gov.cn")
    parser.add_argument("--key", type=Path, metavar="FILE", help="本方私钥（PEM），其公钥须已在被测节点登记")
    parser.add_argument("--node", type=UUID, help="本方节点标识，须已在被测节点登记为联通节点")
    parser.add_argument(
        "--forbidden-record", type=UUID, metavar="ID", help="被测节点上没有授权给本方的一条资源"
    )
    parser.add_argument("--forbidden-category", default="", metavar="类别", help="没有授权给本方的一个类别")
    parser.add_argument("--report", type=Path, metavar="FILE", help="把 JSON 报告写入此文件")


def _run(command: BaseCommand, options: dict[str, Any]) -> int:
    session = Session(
        Asker(checked_address(options["url"]), over_the_network(), _key(options["key"], options["node"])),
        forbidden_record=options["forbidden_record"],
        forbidden_category=options["forbidden_category"],
    )
    _require_answer(session)
    found = list(findings(session))
    for line in lines_of(found):
        command.stdout.write(line)
    command.stdout.write(f"\n{summary(found)}")
    if options["report"]:
        report = json.dumps(as_json(options["url"], found), ensure_ascii=False, indent=2)
        options["report"].write_text(report + "\n", encoding="utf-8")
    return int(any(finding.outcome == Outcome.FAILED for finding in found))


def _require_answer(session: Session) -> None:
    """Raise `PartnerUnreachable` where nobody answers: then there is nothing to try."""
    try:
        session.read_description()
    except Unanswered as unanswered:
        raise PartnerUnreachable(
            "该网址没有应答，请核对网址、端口和网络后重试。", fields={"url": str(unanswered)}
        ) from unanswered
    except (Broken, CannotTell):
        return  # a check of its own says what is wrong


def _key(file: Path | None, node: UUID | None) -> SigningKey | None:
    if file is None and node is None:
        return None
    if file is None or node is None:
        raise KeyFileUnreadable("私钥（--key）和节点标识（--node）要一起给出。")
    try:
        pem = file.read_bytes()
    except OSError as error:
        raise KeyFileUnreadable(fields={"file": file.name}) from error
    for algorithm in provider_names():
        try:
            return SigningKey.of(node, provider(algorithm).load_private(pem), algorithm)
        except ValueError:
            continue
    raise KeyFileUnreadable(
        "这不是私钥文件，请给出 PEM 格式的 Ed25519 或 SM2 私钥。", fields={"file": file.name}
    )


DEEDS: Final = (Look("conformance", "从外部检验任何厂商的节点是否符合联邦交换标准", _run, _add_arguments),)
