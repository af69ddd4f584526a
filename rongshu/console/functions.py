"""The sixteen functions a platform gives its sites, and the entries of the menu that serve each (P1-02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rongshu.accounts.viewers import Viewer
from rongshu.console.menu import NamedEntry, entries, named_entries

# 国办函〔2018〕71号 names them, in this order.
NAMES: Final = (
    "站点管理", "栏目管理", "资源管理", "权限管理", "内容发布", "互动交流", "用户注册", "统一身份认证",
    "站内搜索", "投诉举报", "评价监督", "个性定制", "内容推送", "运维监控", "统计分析", "安全防护",
)  # fmt: skip


@dataclass(frozen=True)
class ShownFunction:
    """A function as one person's page shows it; `is_built` is false while nothing serves it."""

    number: int
    name: str
    is_built: bool
    entries: Sequence[NamedEntry]


_served: dict[str, tuple[str, ...]] = {}


def register_functions(served: Mapping[str, Sequence[str]]) -> None:
    """Say by which addresses of the menu functions are served; called from an AppConfig.ready."""
    unknown = {*served} - {*NAMES}
    if unknown:
        raise ValueError(f"not one of the sixteen: {unknown}")
    for name, url_names in served.items():
        _served[name] = tuple(dict.fromkeys((*_served.get(name, ()), *url_names)))


def functions_for(viewer: Viewer) -> list[ShownFunction]:
    """Return the sixteen in their order, each with the entries the viewer may use."""
    own = {entry.url_name: entry for entry in named_entries(viewer)}
    known = {entry.url_name for entry in entries()}
    return [
        ShownFunction(
            number, name, bool(known & {*_served.get(name, ())}),
            [own[one] for one in _served.get(name, ()) if one in own],
        )
        for number, name in enumerate(NAMES, 1)
    ]  # fmt: skip
