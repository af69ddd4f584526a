"""`rongshu events status`: how far the stream, its followers, the work and the clock are."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rongshu.foundation.progress import Progress, progress


class Command(BaseCommand):
    help = "查看事件流：纪元、编号、各消费者的滞后、各队列按优先级的待办"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the sub-commands."""
        commands = parser.add_subparsers(dest="deed", required=True)
        status = commands.add_parser("status", help="显示当前状态")
        status.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the state of the stream."""
        found = progress()
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
            return
        for line in _lines(found):
            self.stdout.write(line)


def _lines(found: Progress) -> list[str]:
    lines = [
        f"纪元      {found.epoch}（{found.epoch_reason}）",
        f"已编号    {found.last_number}，待编号 {found.unnumbered}",
        f"时钟推进至 {found.tick:%Y-%m-%d %H:%M:%S %Z}，到期未办 {found.overdue}",
    ]
    for name, lag in found.lags.items():
        lines.append(f"消费者    {name}：{'待重建' if lag < 0 else f'滞后 {lag}'}")
    for queue, counts in found.pending.items():
        by_priority = "，".join(f"优先级 {priority}：{count}" for priority, count in counts.items())
        failing = f"，失败待重试 {found.failing[queue]}" if found.failing.get(queue) else ""
        lines.append(f"队列      {queue}：{by_priority}{failing}")
    lines.append(f"后台进程  {'运行中' if found.workers else '未运行'}（{len(found.workers)} 条通道）")
    return lines
