"""The status page's sections: each app says how its part is doing, lower apps first."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Final

from django.utils import timezone

from rongshu.foundation.progress import progress

WELL, WARNING, PROBLEM = "well", "warning", "problem"
_NAMES: Final = {
    "topics": "专题",
    "placements": "栏目内容",
    "placing": "栏目内容",
    "publisher": "页面发布",
    "publishing": "页面发布",
    "pictures": "图片各尺寸",
    "search": "检索",
    "inspection": "内容检查",
    "inspection-purges": "清除检查结果",
    "link-checks": "链接检查",
    "review-forms": "审核表归档",
    "statistics": "统计",
    "closing": "站点关停",
    "light": "日常",
    "sites": "站点",
    "sweep": "防篡改巡查",
    "recognition": "图片文字识别",
    "long": "批量工作",
    "lengthy": "长时间工作",
    "attachments": "附件文字",
    "meaning": "语义检索",
    "intake": "采集迁移",
    "links": "链接检查",
    "harvest": "元数据收割",
    "federation": "资源联通",
    "federation-pull": "联通获取",
    "federation-send": "联通发送",
}


@dataclasses.dataclass(frozen=True)
class Figure:
    """One line: what, how much, and whether a person should do something about it (`advice`)."""

    label: str
    value: str
    state: str = WELL
    advice: str = ""


@dataclasses.dataclass(frozen=True)
class Section:
    """A titled list of figures, or a table where `columns` is given."""

    title: str
    figures: Sequence[Figure] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    empty: str = ""


_sections: list[Callable[[], Section]] = []


def register_section(build: Callable[[], Section]) -> None:
    """Add a section to the status page; called from an AppConfig.ready."""
    if build not in _sections:
        _sections.append(build)


def sections() -> list[Section]:
    """Build every section."""
    return [build() for build in _sections]


def stream_section() -> Section:
    """How far events, consumers and the clock are."""
    found = progress()
    figures = [
        Figure("已编号事件", f"{found.last_number} 条"),
        Figure("待编号", f"{found.unnumbered} 条", WARNING if found.unnumbered > 10_000 else WELL),
        Figure("时钟推进至", f"{timezone.localtime(found.tick):%Y-%m-%d %H:%M:%S}"),
    ]
    if found.overdue:
        advice = "请查看 log/worker.jsonl 中的 due-deed-failed"
        figures.append(Figure("到期未办", f"{found.overdue} 项", PROBLEM, advice))
    for name, lag in found.lags.items():
        state = WARNING if lag < 0 or lag > 10_000 else WELL
        figures.append(Figure(f"跟进：{_named(name)}", "待重建" if lag < 0 else f"滞后 {lag} 条", state))
    return Section("事件流", figures)


def _named(code: str) -> str:
    """Return what a follower, queue or lane is called; commands and logs name it by its code."""
    return f"{_NAMES[code]}（{code}）" if code in _NAMES else code


def work_section() -> Section:
    """What waits in the queues."""
    found = progress()
    rows = [
        (_named(queue), str(priority), str(count), str(found.failing.get(queue, 0)))
        for queue, counts in found.pending.items()
        for priority, count in counts.items()
    ]
    return Section(
        "待办队列", columns=("队列", "优先级", "待办", "失败待重试"), rows=rows, empty="没有待办，全部完成。"
    )


def worker_section() -> Section:
    """Whether a worker is alive."""
    lanes = progress().workers
    if not lanes:
        return Section(
            "后台进程", [Figure("状态", "未运行", PROBLEM, "请运行 rongshu serve，或查看 log/worker.jsonl")]
        )
    return Section(
        "后台进程", [Figure("状态", "运行中"), Figure("通道", "、".join(_named(one) for one in lanes))]
    )
