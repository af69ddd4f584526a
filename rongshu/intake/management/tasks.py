"""`rongshu intake task …`: bring in what a database, a file or a list interface holds, record by record."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml
from django.core.management.base import CommandError, CommandParser

from rongshu.accounts.models import Person
from rongshu.accounts.queries import person_named, viewer_for
from rongshu.foundation.progress_lines import ProgressLines
from rongshu.intake.actions.carry_out import Conduct, Politeness
from rongshu.intake.actions.carry_task import carry_task
from rongshu.intake.actions.check_task import check_task
from rongshu.intake.actions.define_task import TaskDescription, change_task, create_task
from rongshu.intake.actions.start_task import pause_task, resume_task, start_task, stop_task
from rongshu.intake.errors import MappingMalformed
from rongshu.intake.models import IntakeTask, TaskRun
from rongshu.intake.queries.receipts import receipts_of
from rongshu.intake.queries.report import report_of
from rongshu.intake.queries.tasks import (
    as_failed,
    failed_rows,
    get_task_for,
    progress_of,
    task_as_dict,
    tasks_for,
)
from rongshu.sites.queries.sites import get_site_for

if TYPE_CHECKING:
    import argparse

    from rongshu.accounts.commands import ActingCommand

FAILING: Final = 3
_LONGEST: Final = 2_000_000
_OWN_KEYS: Final = frozenset({"name", "site", "source", "allow_hosts"})


def declare(command: ActingCommand, commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Declare the sub-command and what it can do."""
    task = command.add_deed(commands, "task", "数据采集任务：数据库、文件、列表接口")
    deeds = task.add_subparsers(dest="task_deed", required=True)
    new = command.add_deed(deeds, "new", "按任务文件新建任务，同名的按文件修改")
    new.add_argument("file", type=Path, help="任务文件（YAML）")
    new.add_argument("--site", help="目标站点代号，默认用文件里的 site")
    new.add_argument(
        "--allow-host", action="append", default=[], metavar="HOST", help="允许访问的内网或本机主机名"
    )
    check = _of_task(
        command, deeds, "check", "试映射：类型不符、超长、缺项、未知代码各有多少，不改动任何内容"
    )
    check.add_argument("--rows", type=int, metavar="N", help="只看前 N 条，默认全部")
    for name, purpose in (
        ("start", "开始读取，只迁入新的和改过的"),
        ("resume", "继续暂停或中断的读取"),
        ("retry", "重跑失败的记录"),
    ):
        deed = _of_task(command, deeds, name, purpose)
        deed.add_argument(
            "--approved-by", default="", metavar="NAME[,NAME…]", help="签署本批次的各级审核人代号"
        )
        deed.add_argument("--report", type=Path, metavar="FILE", help="把报告写入此文件")
    _of_task(command, deeds, "pause", "暂停正在进行的读取")
    _of_task(command, deeds, "stop", "不再读后面的记录，已读的照常入库、送审")
    rows = _of_task(command, deeds, "rows", "列出失败的记录和原因")
    rows.add_argument("--format", choices=["text", "json"], default="text", help="格式，默认 text")
    _of_task(command, deeds, "receipts", "逐条打印给发送方的回执，每行一个 JSON")
    _of_task(command, deeds, "show", "打印任务文件和进度")
    command.add_deed(deeds, "list", "列出任务")


def _of_task(
    command: ActingCommand, deeds: argparse._SubParsersAction[Any], name: str, purpose: str
) -> CommandParser:
    deed = command.add_deed(deeds, name, purpose)
    deed.add_argument("task", metavar="TASK", help="任务名称或编号")
    return deed


def _act(actor: Person, options: dict[str, Any]) -> str:
    return _TASK_DEEDS[options["task_deed"]](actor, options)


def _new(actor: Person, options: dict[str, Any]) -> str:
    given = _read(options["file"])
    slug = options["site"] or given.get("site")
    if not slug:
        raise CommandError("请在任务文件里写 site，或用 --site 给出目标站点。", returncode=2)
    site = get_site_for(viewer_for(actor), str(slug))
    description = _description(given, options["allow_host"])
    standing = site.intake_tasks.filter(name=description.name).first()
    if standing is None:
        task = create_task(actor=actor, site=site, description=description, is_operator=True)
        return f"已新建任务“{task.name}”（{task.pk}）。先用 rongshu intake task check {task.name} 试映射。"
    task = change_task(actor=actor, task=standing, description=description, is_operator=True)
    return f"已修改任务“{task.name}”（{task.pk}）。"


def _description(given: Mapping[str, Any], allow_hosts: list[str]) -> TaskDescription:
    source = given.get("source")
    if not isinstance(source, Mapping) or not source.get("kind"):
        raise MappingMalformed("任务文件缺少 source，或 source 没有写明 kind（来源方式）。")
    hosts = given.get("allow_hosts") or []
    return TaskDescription(
        name=str(given.get("name") or "").strip(),
        kind=str(source["kind"]),
        settings={str(name): value for name, value in source.items() if name != "kind"},
        mapping={str(name): value for name, value in given.items() if name not in _OWN_KEYS},
        allowed_hosts=[*(str(host) for host in hosts), *allow_hosts],
    )


def _read(file: Path) -> Mapping[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
        loaded = yaml.safe_load(text) if len(text) <= _LONGEST else None
    except OSError as error:
        raise MappingMalformed(f"任务文件 {file} 读不到：{error.strerror}。") from error
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise MappingMalformed(f"任务文件 {file} 不是 UTF-8 编码的 YAML，请核对。") from error
    if not isinstance(loaded, dict):
        raise MappingMalformed(f"任务文件 {file} 应写明 name、site、source、fields。")
    return loaded


def _check(actor: Person, options: dict[str, Any]) -> str:
    task = _task(actor, options)
    with ProgressLines(sys.stderr) as progress:
        report = check_task(
            actor=actor, task=task, most=options["rows"],
            progress=lambda done, left: progress.tell("试映射", done, left),
        )  # fmt: skip
    printed = json.dumps(report.as_dict(), ensure_ascii=False, indent=1)
    if report.is_clean:
        return printed
    sys.stdout.write(f"{printed}\n")
    sys.exit(FAILING)


def _start(actor: Person, options: dict[str, Any]) -> str:
    return _carry(actor, options, start_task(actor=actor, task=_task(actor, options)))


def _retry(actor: Person, options: dict[str, Any]) -> str:
    return _carry(actor, options, start_task(actor=actor, task=_task(actor, options), is_retry=True))


def _resume(actor: Person, options: dict[str, Any]) -> str:
    return _carry(actor, options, resume_task(actor=actor, task=_task(actor, options)))


def _carry(actor: Person, options: dict[str, Any], reading: TaskRun) -> str:
    signers = [person_named(name.strip()) for name in options["approved_by"].split(",") if name.strip()]
    with ProgressLines(sys.stderr) as progress:
        task = carry_task(reading, Conduct(actor, signers, Politeness(), progress.tell))
    if options["report"] is not None:
        report = report_of(reading.run)
        options["report"].write_text(
            json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    return _line(task)


def _pause(actor: Person, options: dict[str, Any]) -> str:
    task = pause_task(actor=actor, task=_task(actor, options))
    return f"已请求暂停“{task.name}”，写完手头的记录后停下。"


def _stop(actor: Person, options: dict[str, Any]) -> str:
    task = stop_task(actor=actor, task=_task(actor, options))
    advice = (
        ""
        if task.state == IntakeTask.State.RUNNING
        else f"；请用 rongshu intake task resume {task.name} 处理已读的记录"
    )
    return f"“{task.name}”不再读后面的记录{advice}。"


def _rows(actor: Person, options: dict[str, Any]) -> str:
    found = [as_failed(row) for row in failed_rows(_task(actor, options)).iterator(chunk_size=500)]
    if options["format"] == "json":
        rows = [{"key": one.key, "title": one.title, "code": one.code, "reason": one.reason} for one in found]
        return json.dumps(rows, ensure_ascii=False, indent=1)
    return (
        "\n".join(f"{one.key}  {one.title}  {one.reason}（{one.code}）" for one in found)
        or "没有失败的记录。"
    )


def _receipts(actor: Person, options: dict[str, Any]) -> str:
    for receipt in receipts_of(_task(actor, options)):
        sys.stdout.write(f"{json.dumps(receipt.as_dict(), ensure_ascii=False)}\n")
    return ""


def _show(actor: Person, options: dict[str, Any]) -> str:
    task = _task(actor, options)
    return (
        yaml.safe_dump(task_as_dict(task), allow_unicode=True, sort_keys=False, width=120)
        + f"# {_line(task)}"
    )


def _list(actor: Person, options: dict[str, Any]) -> str:
    return "\n".join(_line(task) for task in tasks_for(viewer_for(actor))) or "还没有数据采集任务。"


def _task(actor: Person, options: dict[str, Any]) -> IntakeTask:
    return get_task_for(viewer_for(actor), options["task"])


def _line(task: IntakeTask) -> str:
    now = progress_of(task)
    of = f"/{now.expected}" if now.expected is not None else ""
    phase = f"，{now.run.get_phase_display()}" if now.run is not None else ""
    stored = now.outcomes.get("stored", 0)
    told = f"已读 {now.read}{of}，没有变化 {now.unchanged}，入库 {stored}，失败 {now.failed}"
    gone = f"，来源中已不存在 {now.gone}" if now.gone else ""
    note = f"：{task.note}" if task.note else ""
    return f"{task.pk}  {task.name}  {task.site.slug}  {task.get_state_display()}{phase}  {told}{gone}{note}"


_TASK_DEEDS: Final[Mapping[str, Callable[[Person, dict[str, Any]], str]]] = {
    "new": _new, "check": _check, "start": _start, "resume": _resume, "retry": _retry, "pause": _pause,
    "stop": _stop, "rows": _rows, "receipts": _receipts, "show": _show, "list": _list,
}  # fmt: skip
DEEDS: Final = {"task": _act}
