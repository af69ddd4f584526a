"""`rongshu demo`: a fictitious province from nothing to served sites."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rongshu.accounts.commands import CommandRefused
from rongshu.accounts.queries import recorded_operator
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.progress_lines import ProgressLines
from rongshu.project.demo.asking import Finding
from rongshu.project.demo.persons import links_per_role
from rongshu.project.demo.running import run_demo
from rongshu.sites.models import Site


class Command(BaseCommand):
    help = "演示：建立示范省站群，迁入八个年代的旧网站，发布，自检，对外服务"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--no-serve", action="store_true", help="自检后结束，不启动服务")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the main job, print what was checked and where to look, and go on serving."""
        if not settings.DEMONSTRATION:
            raise CommandError("演示需要 RONGSHU_DEMO=1：它接受演示区划与 .localhost 域名。", returncode=2)
        began = time.monotonic()
        try:
            findings = self._run()
        except RongshuError as error:
            raise CommandRefused(error) from error
        for finding in findings:
            self.stdout.write(f"{'✓' if finding.holds else '✗'} {finding.what}：{finding.details}")
        self.stdout.write(f"用时 {time.monotonic() - began:.0f} 秒")
        if not all(finding.holds for finding in findings):
            raise CommandError("自检有未通过的项目，见上。", returncode=1)
        self._say_where()
        if not options["no_serve"]:
            call_command("serve")

    def _run(self) -> list[Finding]:
        with ProgressLines(self.stderr) as progress:
            return run_demo(say=lambda what: progress.tell(what, 0, -1), progress=progress.tell)

    def _say_where(self) -> None:
        self.stdout.write("站点目录  http://localhost:8000/")
        for site in Site.objects.order_by("created_at"):
            self.stdout.write(f"{site.name}  {site.base_url}/")
        self.stdout.write("管理端    http://localhost:8001/  没有默认密码，请用一次性登记链接进入：")
        portal = Site.objects.select_related("sponsor").order_by("created_at").first()
        if portal is not None:
            for each in links_per_role(recorded_operator(), portal):
                where = f"http://localhost:8001{each.link.path}"
                self.stdout.write(f"{each.role}（{each.person.handle}）  {where}")
