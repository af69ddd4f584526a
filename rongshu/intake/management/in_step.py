"""`rongshu intake follow`: keep what was taken over in step with the old site until the switch."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import CommandParser

from rongshu.accounts.models import Person
from rongshu.accounts.queries import person_named, viewer_for
from rongshu.foundation.progress_lines import ProgressLines
from rongshu.intake.actions.carry_out import Conduct
from rongshu.intake.actions.follow_run import follow_run, keep_following
from rongshu.intake.crawling import Politeness
from rongshu.intake.management.arguments import rate
from rongshu.intake.models import IntakeRun
from rongshu.intake.queries.runs import get_run_for

if TYPE_CHECKING:
    import argparse

    from rongshu.accounts.commands import ActingCommand

_EVERY: Final = 30


def declare(command: ActingCommand, commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Declare the sub-command."""
    follow = command.add_deed(commands, "follow", "再看一遍旧站，只迁入新增和变化的内容")
    follow.add_argument("run", metavar="RUN", help="任务编号")
    follow.add_argument("--once", action="store_true", help="只同步这一次，不设定时")
    follow.add_argument("--every", type=int, default=_EVERY, metavar="MIN", help="此后每隔几分钟同步一次")
    follow.add_argument("--stop", action="store_true", help="停止定时同步")
    follow.add_argument("--approved-by", default="", metavar="NAME[,NAME…]", help="同 run")
    follow.add_argument("--rate", type=rate, default=5.0, metavar="N", help="同 run")


def _follow(actor: Person, options: dict[str, Any]) -> str:
    run = get_run_for(viewer_for(actor), options["run"])
    if options["stop"]:
        keep_following(actor=actor, run=run, every=None)
        return "已停止定时同步。"
    if not options["once"]:
        keep_following(actor=actor, run=run, every=options["every"])
    signers = [person_named(name.strip()) for name in options["approved_by"].split(",") if name.strip()]
    per_second = options["rate"] or None
    with ProgressLines(sys.stderr) as progress:
        politeness = Politeness(per_second, at_once=4 if per_second else 16)
        pass_ = follow_run(run=run, conduct=Conduct(actor, signers, politeness, progress.tell))
    return told(pass_)


def told(pass_: IntakeRun | None) -> str:
    """Return what a look at the source brought, in one line."""
    if pass_ is None:
        return "旧站没有变化。"
    stored = pass_.articles.filter(outcome="stored")
    changed = stored.filter(revises_id__isnull=False).count()
    gone = pass_.refusals.filter(code="gone-at-source").count()
    line = f"{pass_.pk}  {pass_.get_phase_display()}  新增 {stored.count() - changed}，修改 {changed}"
    line += f"，旧站撤下 {gone}（请人工确认）" if gone else ""
    if pass_.phase == IntakeRun.Phase.WAITING:
        line += f"：请签发，或 rongshu intake follow {pass_.follows_id} --once --approved-by 审核人"
    return line


DEEDS: Final[dict[str, Callable[[Person, dict[str, Any]], str | None]]] = {"follow": _follow}
