"""`rongshu publish`: publish what is asked for, and end; `publish verify`: repair what was altered."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from rongshu.accounts.queries import recorded_operator
from rongshu.foundation.errors import RongshuError
from rongshu.publishing.actions.publish_pending import publish_pending
from rongshu.publishing.actions.verify_tree import verify_tree
from rongshu.publishing.duties import rendering_processes
from rongshu.publishing.followers import run_followers
from rongshu.sites.errors import UnknownSite
from rongshu.sites.models import Site

_REFUSED = 2


class Command(BaseCommand):
    help = "发布等待中的页面；verify 检查并恢复被改动、缺失或多出的文件"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--site`, `--full`, `--no-wait` and the sub-command."""
        parser.add_argument(
            "task", nargs="?", choices=["pending", "verify"], default="pending", help="要做的事"
        )
        parser.add_argument("--site", metavar="CODE", help="只处理这个站点（代号）")
        parser.add_argument("--full", action="store_true", help="重新生成全部页面")
        parser.add_argument("--wait", action="store_true", help="站点正由另一进程发布时等它结束，而不是报错")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the two; print one line in the end."""
        try:
            sites = _sites(options["site"], everything=options["full"] or options["task"] == "verify")
            if options["task"] == "verify":
                self._verify(sites or [])
            else:
                self._publish(sites, full=options["full"], wait=options["wait"])
        except RongshuError as error:
            raise CommandError(f"{error.message}（{error.code}）", returncode=_REFUSED) from error

    def _publish(self, sites: list[UUID] | None, *, full: bool, wait: bool) -> None:
        with _bar() as bar:
            task = bar.add_task("发布", total=None)

            def show(slug: str, made: int, left: int) -> None:
                bar.update(task, description=f"发布 {slug}", completed=made, total=made + left)

            outcome = publish_pending(
                sites=sites, full=full, wait=wait, processes=rendering_processes(), progress=show
            )
        run_followers()
        self.stdout.write(f"发布完成：{outcome.made} 个页面。")

    def _verify(self, sites: list[UUID]) -> None:
        for site_id in sites:
            found = verify_tree(actor=recorded_operator(), site_id=site_id)
            line = f"{found.site}：改动 {found.altered}，缺失 {found.missing}，多出 {found.added}，均已恢复。"
            self.stdout.write(line if found.repaired else f"{found.site}：与清单一致。")
            if not found.is_manifest_genuine:
                self.stdout.write(f"{found.site}：发布清单与数据库记录不符，已重新生成整个站点。")


def _sites(code: str | None, *, everything: bool) -> list[UUID] | None:
    rows = Site.objects.order_by("slug").values_list("id", flat=True)
    if code is None:
        return list(rows) if everything else None
    found = list(rows.filter(slug=code))
    if not found:
        raise UnknownSite
    return found


def _bar() -> Progress:
    columns: list[ProgressColumn] = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn()]
    columns += [MofNCompleteColumn(), TimeElapsedColumn()]
    return Progress(*columns, console=Console(stderr=True), transient=True)
