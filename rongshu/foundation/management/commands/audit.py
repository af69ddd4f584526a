"""`rongshu audit verify`: has anyone changed the trail?"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rongshu.foundation.sealing import AuditVerdict, verify_audit


class Command(BaseCommand):
    help = "核对审计链：发现任何事后改动、删除、补写，并报告尚未封存的尾部"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the sub-commands."""
        commands = parser.add_subparsers(dest="deed", required=True)
        verify = commands.add_parser("verify", help="核对全部审计记录")
        verify.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, print the verdict, and exit with 1 when something was found."""
        verdict = verify_audit()
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(verdict), ensure_ascii=False, indent=2))
        else:
            self._print(verdict)
        if not verdict.is_sound:
            sys.exit(1)

    def _print(self, verdict: AuditVerdict) -> None:
        self.stdout.write(f"已封存 {verdict.sealed} 条，链首 {verdict.head}")
        self.stdout.write(f"尚未封存 {verdict.unsealed} 条（后台进程运行时一秒内封存）")
        for finding in verdict.findings:
            self.stderr.write(f"[{finding.kind}] {finding.where}：{finding.sentence}")
        self.stdout.write("审计链完整。" if verdict.is_sound else f"发现 {len(verdict.findings)} 处问题。")


def _as_json(verdict: AuditVerdict) -> dict[str, object]:
    return {
        "sealed": verdict.sealed,
        "unsealed": verdict.unsealed,
        "head": verdict.head,
        "findings": [finding.__dict__ for finding in verdict.findings],
    }
