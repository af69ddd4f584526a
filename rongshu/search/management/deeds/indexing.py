"""`rongshu search index|status|rebuild|verify`: the index and its state."""

from __future__ import annotations

import argparse
import json
from typing import Any, Final

from django.core.management.base import BaseCommand

from rongshu.foundation import work
from rongshu.search.actions.index_pending import index_pending
from rongshu.search.engines.choosing import INDEXES
from rongshu.search.indexing.planning import rebuild_request
from rongshu.search.indexing.verifying import Drift, ask_for, find_drift
from rongshu.search.management.deeds import Deed
from rongshu.search.queries.state import IndexState, search_state
from rongshu.search.semantics.encoding import encoder
from rongshu.search.semantics.filling import Filling

_LABELS: Final = {"public": "公众索引", "staff": "后台索引"}
_SHOWN: Final = 20
_REPORTED_EVERY: Final = 10.0  # seconds


def _index(command: BaseCommand, options: dict[str, Any]) -> int:
    found = index_pending()
    command.stdout.write(
        "索引已跟上全部变更。" if not found.left else f"另有 {found.left} 项由其他进程处理。"
    )
    if found.failing:
        command.stderr.write(
            f"{found.failing} 项未能写入索引，将自动重试；原因见 rongshu events status 与日志。"
        )
    return 1 if found.failing else 0


def _rebuild(command: BaseCommand, options: dict[str, Any]) -> int:
    work.enqueue([rebuild_request("人工要求")])
    if options["no_wait"]:
        command.stdout.write("已登记重建，由后台进程完成；期间检索照常。进度见 rongshu search status。")
        return 0
    index_pending()
    for state in search_state().indexes:
        command.stdout.write(f"{_LABELS[state.index]}已重建：{state.documents} 个文档。")
    return 0


def _status(command: BaseCommand, options: dict[str, Any]) -> int:
    found = search_state()
    if options["json"]:
        command.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        return 0
    command.stdout.write(f"引擎      {found.engine}")
    for state in found.indexes:
        command.stdout.write(f"{_LABELS[state.index]}  {_line(state)}")
    command.stdout.write(f"待处理    {found.waiting} 项，失败待重试 {found.failing} 项，事件滞后 {found.lag}")
    command.stdout.write(
        f"附件      已读取 {found.attachments_read} 个，无法读取 {found.attachments_unreadable} 个"
    )
    return 0


def _verify(command: BaseCommand, options: dict[str, Any]) -> int:
    drifts = {index: find_drift(index) for index in INDEXES}
    for index, drift in drifts.items():
        command.stdout.write(f"{_LABELS[index]}：核对 {drift.checked} 个文档，{_differences(drift)}")
        for thing in drift.things()[:_SHOWN]:
            command.stdout.write(f"  {thing}")
    things = [thing for drift in drifts.values() for thing in drift.things()]
    if options["repair"] and things:
        command.stdout.write(f"已要求重新写入 {ask_for(things)} 项。")
        index_pending()
    return 0 if all(drift.is_none for drift in drifts.values()) else 1


def _encode(command: BaseCommand, options: dict[str, Any]) -> int:
    encoder()
    filling = Filling()
    while filling.step(_REPORTED_EVERY):
        command.stderr.write(f"已看 {filling.seen} 篇，新编码 {filling.encoded} 篇")
    command.stdout.write(f"编码完成：共看 {filling.seen} 篇，新编码 {filling.encoded} 篇。")
    return 0


def _line(state: IndexState) -> str:
    line = "还没有建立" if state.generation is None else f"{state.documents} 个文档，{state.generation}"
    if state.generation is not None and not state.is_current:
        line += "；字段或分词已更新，待重建"
    return line if state.building is None else f"{line}；正在重建，已写入 {state.building}"


def _differences(drift: Drift) -> str:
    if drift.is_none:
        return "与资源库一致。"
    return f"缺少 {len(drift.missing)}，内容过时 {len(drift.stale)}，多余 {len(drift.surplus)}。"


def _status_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def _rebuild_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-wait", action="store_true", help="只登记，由后台进程重建")


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repair", action="store_true", help="把不一致的重新写入索引")


DEEDS: Final = (
    Deed("index", "把等待中的变更写入索引，然后结束", _index),
    Deed("status", "查看索引状态", _status, _status_arguments),
    Deed("rebuild", "重建全部索引，期间检索照常", _rebuild, _rebuild_arguments),
    Deed("verify", "核对索引与资源库是否一致", _verify, _verify_arguments),
    Deed("encode", "为语义排序把公众索引中的文本全部编码，随时可停，再运行接着做", _encode),
)
