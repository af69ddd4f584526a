"""`rongshu doctor`: explain what is wrong."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rongshu.project.doctor import PROBLEM, examine


class Command(BaseCommand):
    help = "检查本平台：每个问题都说明原因与处理办法；有问题时退出码为 1"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--thorough", action="store_true", help="并核对每个文件的指纹、整条审计链与数据库文件"
        )
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        """Examine, print, and exit with 1 when there are problems."""
        findings = examine(thorough=options["thorough"])
        problems = sum(finding.level == PROBLEM for finding in findings)
        if options["json"]:
            found = [dataclasses.asdict(finding) for finding in findings]
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            for finding in findings:
                mark = "问题" if finding.level == PROBLEM else "提示"
                self.stdout.write(f"[{mark}] {finding.sentence}（{finding.code}）\n       {finding.advice}")
            self.stdout.write(f"发现 {problems} 个问题。" if problems else "没有发现问题。")
        if problems:
            sys.exit(1)
