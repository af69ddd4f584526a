"""`rongshu intake report|switch|addresses|replay`: test what was taken over, and turn the old hosts over."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import CommandParser
from django.template.loader import render_to_string

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.intake.actions.prove_run import prove_run
from rongshu.intake.actions.switch_run import switch_back, switch_run
from rongshu.intake.models import IntakePaper, IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.answers import kept_addresses
from rongshu.intake.queries.chain import root_of
from rongshu.intake.queries.papers import newest_paper, papers_of
from rongshu.intake.queries.replay import Replay, replay_of
from rongshu.intake.queries.runs import get_run_for
from rongshu.intake.redirect_lists import write_csv, write_nginx

if TYPE_CHECKING:
    import argparse

    from rongshu.accounts.commands import ActingCommand

UNMAPPED: Final = 3
_LABELS: Final = {
    "article": "跳转到文章",
    "column": "跳转到栏目",
    "home": "跳转到首页",
    "file": "跳转到附件",
    "gone": "已不存在（410）",
    "dress": "旧页面的样式、脚本和装饰图片",
    "unmapped": "没有去向",
}


def declare(command: ActingCommand, commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Declare the sub-commands."""
    report = command.add_deed(commands, "report", "打印迁移的测试报告")
    report.add_argument("run", metavar="RUN", help="任务编号")
    report.add_argument("--renew", action="store_true", help="重新核对，出具新的报告")
    report.add_argument("--format", choices=["json", "html"], default="json", help="格式，html 供打印")
    report.add_argument("--out", type=Path, metavar="FILE", help="写入此文件")
    switch = command.add_deed(commands, "switch", "把旧主机切换到本平台，或切回")
    switch.add_argument("run", metavar="RUN", help="任务编号")
    switch.add_argument("--back", action="store_true", help="切回：旧网址立即不再由本平台回答")
    switch.add_argument("--despite", default="", metavar="REASON", help="报告有问题仍要切换的理由")
    switch.add_argument("--reason", default="", metavar="REASON", help="切回的原因")
    addresses = command.add_deed(commands, "addresses", "导出旧网址的去向")
    addresses.add_argument("run", metavar="RUN", help="任务编号")
    addresses.add_argument("--format", choices=["csv", "nginx"], default="csv", help="格式，默认 csv")
    addresses.add_argument("--out", type=Path, metavar="FILE", help="写入此文件")
    replay = command.add_deed(commands, "replay", "用旧站的访问日志核对旧网址")
    replay.add_argument("run", metavar="RUN", help="任务编号")
    replay.add_argument("log", type=Path, metavar="LOG", help="访问日志")
    replay.add_argument("--host", default="", help="日志没有写明主机时，它是哪个主机的")
    replay.add_argument("--format", choices=["text", "json"], default="text", help="格式，默认 text")


def _report(actor: Person, options: dict[str, Any]) -> str:
    run = _own_run(actor, options["run"])
    paper = None if options["renew"] else newest_paper(run, IntakePaper.Kind.TEST)
    paper = paper or prove_run(actor=actor, run=run)
    if options["format"] == "html":
        printed = printable(paper)
    else:
        printed = json.dumps({**paper.content, "digest": paper.digest}, ensure_ascii=False, indent=1)
    return _handed_out(printed, options["out"], f"测试报告已写入 {options['out']}。")


def printable(paper: IntakePaper) -> str:
    """Return a test report as a page that stands alone and prints well."""
    shown = {"paper": paper, "report": paper.content, "papers": papers_of(paper.run)}
    return render_to_string("intake/proof_archive.html", shown)


def _switch(actor: Person, options: dict[str, Any]) -> str:
    run = _own_run(actor, options["run"])
    if options["back"]:
        hosts = switch_back(actor=actor, run=run, reason=options["reason"]).content["hosts"]
        return f"已切回，旧网址不再由本平台回答：{'、'.join(hosts)}。"
    if not root_of(run).old_hosts:
        sys.stderr.write("这个任务没有保留旧网址（来源没有网址，或没有迁入内容）。\n")
    hosts = switch_run(actor=actor, run=run, despite=options["despite"]).content["hosts"]
    return (
        f"已切换，旧网址由本平台回答（301 或 410）：{'、'.join(hosts)}。\n"
        f"请把旧域名解析到本平台；要切回：rongshu intake switch {run.pk} --back"
    )


def _addresses(actor: Person, options: dict[str, Any]) -> str:
    run = root_of(_own_run(actor, options["run"]))
    write = write_nginx if options["format"] == "nginx" else write_csv
    if options["out"] is None:
        text = io.StringIO()
        write(kept_addresses(run), text)
        return text.getvalue().rstrip("\n")
    with options["out"].open("w", encoding="utf-8-sig" if write is write_csv else "utf-8") as file:
        count = write(kept_addresses(run), file)
    return f"旧网址 {count} 个，已写入 {options['out']}。"


def _replay(actor: Person, options: dict[str, Any]) -> str | None:
    replay = replay_of(_own_run(actor, options["run"]), options["log"], host=options["host"])
    if options["format"] == "json":
        printed = json.dumps(replay.as_dict(), ensure_ascii=False, indent=1)
    else:
        printed = "\n".join(_lines(replay))
    if not replay.unmapped:
        return printed
    sys.stdout.write(printed + "\n")
    sys.exit(UNMAPPED)


def _lines(replay: Replay) -> list[str]:
    asked = replay.asked
    lines = [
        f"日志 {asked.lines} 行：旧站已报错 {asked.failed}，"
        f"非读取请求 {asked.other}，读不懂 {asked.unreadable}。"
    ]
    lines += [
        f"{_LABELS[kind]}：{count} 次，{replay.addresses[kind]} 个网址"
        for kind, count in replay.requests.most_common()
    ]
    lines += [f"其他主机 {host}：{count} 次" for host, count in replay.foreign.most_common()]
    if replay.unmapped:
        lines += [
            "没有去向的网址（次数、网址）：",
            *(f"{count}\t{url}" for url, count in replay.unmapped.most_common()),
        ]
    else:
        lines.append("日志里的网址都有去向。")
    return lines


def _own_run(actor: Person, number: str) -> IntakeRun:
    viewer = viewer_for(actor)
    run = get_run_for(viewer, number)
    require(may_run_intake(viewer, run.site))
    return run


def _handed_out(printed: str, out: Path | None, told: str) -> str:
    if out is None:
        return printed
    out.write_text(printed + "\n", encoding="utf-8")
    return told


DEEDS: Final[dict[str, Callable[[Person, dict[str, Any]], str | None]]] = {
    "report": _report,
    "switch": _switch,
    "addresses": _addresses,
    "replay": _replay,
}
