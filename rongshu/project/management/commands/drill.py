"""`rongshu drill`: a province and its cities on one machine, from nothing to a day's work that adds up."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rongshu.accounts.commands import CommandRefused
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.progress_lines import ProgressLines
from rongshu.project.demo.running import MATERIAL
from rongshu.project.drilling.plan import MOST_NODES, MOST_SITES, Drill
from rongshu.project.drilling.running import Pace, run_drill
from rongshu.project.drilling.scene import Scene


class Command(BaseCommand):
    help = "演练：一个省和若干市各为独立节点，迁移旧网站、汇聚资源、经历一天的变更与故障，最后逐项核对"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("profile", choices=["anhui"], help="演练方案：anhui 为省市分建“1+N”")
        parser.add_argument("--nodes", type=int, default=MOST_NODES, help="节点数，含省级，默认 17")
        parser.add_argument("--sites", type=int, default=MOST_SITES, help="迁入省级的旧网站数，默认 40")
        parser.add_argument("--resources", type=int, default=300_000, help="各市资源总数，默认 300000")
        parser.add_argument("--articles", type=int, default=60, help="每个旧网站的文章数，默认 60")
        parser.add_argument("--turns", type=int, default=20, help="一天中变更与撤稿的轮数，默认 20")
        parser.add_argument("--kills", type=int, default=20, help="随机终止进程的次数，默认 20")
        parser.add_argument("--again", action="store_true", help="清除上一次演练，重新开始")
        parser.add_argument("--report", type=Path, help="报告文件（JSON），旁边另存同名网页")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the drill, say what was checked and where the report lies."""
        folder = Path(settings.DATA_FOLDER) / "drill" / options["profile"]
        report = options["report"] or folder / "report.json"
        try:
            drill = Drill(options["nodes"], options["sites"], options["resources"], options["articles"])
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        pace = Pace(turns=options["turns"], kills=options["kills"])
        # Whoever ends it, by whatever signal, gets the report so far, and no node is left running.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        try:
            with ProgressLines(self.stderr) as progress:
                scene = Scene.prepared(
                    folder,
                    drill,
                    progress.tell,
                    progress.note,
                    again=options["again"],
                    database=os.environ.get("DATABASE_URL", ""),
                )
                material = MATERIAL if MATERIAL.is_dir() else None
                checks, page = run_drill(scene, pace=pace, report=report, material=material)
        except RongshuError as error:
            raise CommandRefused(error) from error
        except KeyboardInterrupt as stopped:
            said = f"演练已停止，报告 {report}；用同样的参数再次运行，从未完成的阶段接着做。"
            raise CommandError(said, returncode=130) from stopped
        for check in checks:
            self.stdout.write(f"{'✓' if check.holds else '✗'} {check.what}：{check.details}")
        self.stdout.write(f"报告 {report}，图表 {page}")
        if not all(check.holds for check in checks):
            raise CommandError("演练有核对不符的项目，见上。", returncode=1)
