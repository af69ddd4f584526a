"""`rongshu serve`: everything in one command."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from rongshu.accounts.commands import CommandRefused
from rongshu.foundation.errors import Misconfigured, RongshuError
from rongshu.foundation.installation import this_installation
from rongshu.project.backups.restoring import unfinished_marker
from rongshu.project.data_lock import data_folder_locked
from rongshu.project.health import unapplied_migrations
from rongshu.project.listeners import console_application, public_application
from rongshu.project.serving.processes import run_listener, run_worker_process
from rongshu.project.serving.sockets import is_loopback, listen
from rongshu.project.serving.supervisor import Child, Supervisor


class ConsoleExposed(Misconfigured):
    """The console would be reachable from other machines without TLS."""

    code = "console-exposed"
    sentence = "管理端不加密，只能监听本机（127.0.0.1 或 [::1]）；请在前面放 HTTPS 代理，或用 SSH 隧道。"


class RestoreUnfinished(Misconfigured):
    """A restore was cut short."""

    code = "restore-unfinished"
    sentence = "上一次恢复没有完成，请先重新运行 rongshu restore，再启动服务。"


class SchemaOutdated(Misconfigured):
    """The program is newer than the database."""

    code = "schema-outdated"
    sentence = (
        "数据库结构不是本版本的结构：请先 rongshu backup 备份，"
        "再运行 rongshu setup --name 名称 --operator 姓名 升级（原有的名称和人员不变），然后重新启动。"
    )


class Command(BaseCommand):
    help = "一条命令运行全部：公众端、管理端、后台进程；Ctrl-C 结束"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--public", default="127.0.0.1:8000", help="公众端监听地址，默认 127.0.0.1:8000")
        parser.add_argument("--console", default="127.0.0.1:8001", help="管理端监听地址，默认 127.0.0.1:8001")
        parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1), help="公众端进程数")
        parser.add_argument("--threads", type=int, default=4, help="每个监听的线程数")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bind first, so that a wrong address is told before anything starts; then supervise."""
        try:
            children = self._children(**options)
        except RongshuError as error:
            raise CommandRefused(error) from error
        try:
            with data_folder_locked():
                self._supervise(children, options)
        except RongshuError as error:
            raise CommandRefused(error) from error

    def _supervise(self, children: list[Child], options: dict[str, Any]) -> None:
        self.stdout.write(f"公众端 http://{options['public']}/  管理端 http://{options['console']}/")
        self.stdout.flush()
        sys.exit(Supervisor(children).run())

    def _children(self, *, public: str, console: str, workers: int, threads: int, **_: Any) -> list[Child]:
        if not 1 <= workers <= 64 or not 1 <= threads <= 256:
            raise CommandError("--workers 须为 1–64，--threads 须为 1–256。", returncode=2)
        if not is_loopback(console):
            raise ConsoleExposed
        this_installation()
        if unfinished_marker().exists():
            raise RestoreUnfinished
        if unapplied_migrations():
            raise SchemaOutdated
        public_sockets, console_sockets = listen(public), listen(console)
        connections.close_all()  # a connection must not cross a fork
        answer = partial(run_listener, public_sockets, public_application, threads, others=console_sockets)
        names = ["public"] if workers == 1 else [f"public-{number}" for number in range(1, workers + 1)]
        return [
            *(Child(name, answer) for name in names),
            Child(
                "console",
                partial(run_listener, console_sockets, console_application, 2, others=public_sockets),
            ),
            Child("worker", partial(run_worker_process, [*public_sockets, *console_sockets])),
        ]
