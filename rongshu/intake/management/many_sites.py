"""`rongshu intake batch`: take over many sites in one go, with one view of their progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from django.core.management.base import CommandParser
from django.template.loader import render_to_string
from rich.console import Console
from rich.live import Live
from rich.table import Table

from rongshu.accounts.models import Person
from rongshu.accounts.queries import person_named
from rongshu.intake.actions.carry_batch import BatchConduct, carry_batch
from rongshu.intake.actions.start_batch import start_batch
from rongshu.intake.batch_tables import read_table
from rongshu.intake.management.arguments import rate
from rongshu.intake.models import BatchSite, IntakeBatch
from rongshu.intake.queries.batches import SiteProgress, batch_progress, printed_batch

if TYPE_CHECKING:
    import argparse

    from rongshu.accounts.commands import ActingCommand

UNFINISHED: Final = 3
_AT_ONCE: Final = 2
_HEADS: Final = ("序号", "站点", "状态", "阶段", "已发现", "入库", "重复", "未迁入")


def declare(command: ActingCommand, commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Declare the sub-command."""
    batch = command.add_deed(commands, "batch", "按一张表成批迁入多个网站")
    batch.add_argument("table", type=Path, metavar="FILE", help="批次表：CSV、XLSX 或 YAML")
    batch.add_argument("--approved-by", default="", metavar="NAME[,NAME…]", help="同 run")
    batch.add_argument("--rate", type=rate, default=5.0, metavar="N", help="对每个旧站的每秒请求数，同 run")
    batch.add_argument("--at-once", type=int, default=_AT_ONCE, metavar="N", help="同时迁入几个站，默认 2")
    batch.add_argument("--report", type=Path, metavar="FILE", help="把批次报告写入此文件，.html 供打印")


def _batch(actor: Person, options: dict[str, Any]) -> str | None:
    signers = tuple(name.strip() for name in options["approved_by"].split(",") if name.strip())
    for name in signers:
        person_named(name)  # a wrong name is told before anything begins
    digest, rows = read_table(options["table"])
    batch = start_batch(actor=actor, name=options["table"].name, digest=digest, rows=rows)
    with BatchView() as view:
        conduct = BatchConduct(
            actor, signers, options["rate"] or None, max(1, min(options["at_once"], 16)), view.show
        )
        batch = carry_batch(batch, conduct)
    printed = json.dumps({**batch.report, "digest": batch.report_digest}, ensure_ascii=False, indent=1)
    if options["report"] is not None:
        is_page = options["report"].suffix.lower() in {".html", ".htm"}
        written = render_to_string("intake/batch_archive.html", printed_batch(batch)) if is_page else printed
        options["report"].write_text(written + "\n", encoding="utf-8")
        printed = _line(batch)
    if batch.report["is_finished"]:
        return printed
    sys.stdout.write(printed + "\n")
    sys.exit(UNFINISHED)


def _line(batch: IntakeBatch) -> str:
    sites = batch.report["sites"]
    done = sum(1 for one in sites if one["state"] == BatchSite.State.FINISHED)
    totals = batch.report["totals"]
    line = (
        f"{batch.pk}  完成 {done}/{len(sites)} 个站，旧站文章 {totals['source_count']}，"
        f"入库 {totals['stored']}，重复 {totals['duplicates']}，未迁入 {totals['refused']}"
    )
    left = [one for one in sites if one["state"] != BatchSite.State.FINISHED]
    return "\n".join([line, *(f"  {one['site']}：{_why(one)}" for one in left)])


def _why(one: dict[str, Any]) -> str:
    if one["state"] == BatchSite.State.WAITING:
        return "待审批，由各级审核人在管理端签发，签发后自动完成；也可以加 --approved-by 再次执行本批次"
    if one["state"] == BatchSite.State.PLANNED:
        return f"未开始（{one['date']}）"
    return f"{one['reason']}（{one['code']}）再次执行本批次即可继续"


class BatchView:
    """One table that keeps up with the batch; where the output is no terminal, a line per change."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr, highlight=False)
        self._live = Live(console=self._console, auto_refresh=False)
        self._told: dict[int, str] = {}

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def show(self, batch: IntakeBatch) -> None:
        """Show how far the batch is."""
        sites = batch_progress(batch)
        if self._console.is_terminal:
            self._live.update(_table(batch, sites), refresh=True)
            return
        for one in sites:
            said = f"{one.state_label} {one.phase}"
            if self._told.get(one.position) != said:
                self._told[one.position] = said
                self._console.print(f"{one.position} {one.site}：{said}，入库 {one.stored} {one.reason}")


def _table(batch: IntakeBatch, sites: list[SiteProgress]) -> Table:
    table = Table(*_HEADS, title=f"迁移批次 {batch.name}")
    for one in sites:
        counts = (one.met, one.stored, one.duplicates, one.refused)
        table.add_row(str(one.position), one.site_name, one.state_label, one.phase, *map(str, counts))
    return table


DEEDS: Final[dict[str, Callable[[Person, dict[str, Any]], str | None]]] = {"batch": _batch}
