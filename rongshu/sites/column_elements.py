"""The elements of a column (metadata.md 7.4) and what each has to be."""

from __future__ import annotations

import re
from typing import Any, Final

from rongshu.foundation.text import is_placeholder, normalise_line
from rongshu.sites.errors import ColumnMalformed
from rongshu.sites.models import Column

SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
# The first part of addresses that are not columns': articles, files, assets.
RESERVED: Final = frozenset(
    {"a", "f", "assets", "files", "feeds", "index", "static", "sitemap", "404", "410"}
)
LONGEST_PATH: Final = 600

CHANGEABLE: Final[dict[str, str]] = {
    "name": "栏目名称",
    "description": "栏目描述",
    "keywords": "栏目关键词",
    "type": "栏目类别",
    "update_class": "更新类别",
    "max_idle_days": "最长不更新天数",
    "owner": "保障单位",
    "disclosure_code": "信息公开目录代码",
    "approval_route": "审核流程",
    "hold_updates": "更新须本栏目确认",
    "list_template": "列表模板",
    "article_template": "正文模板",
    "show_in_navigation": "导航显示",
    "page_size": "每页条数",
    "position": "排序",
    "status": "状态",
}
LIST_TEMPLATES: Final = frozenset({"titles", "summaries", "pictures", "documents", "people", "institutions"})
# More routes come with the newsroom.
ROUTES: Final = frozenset({"single"})
_NEEDED: Final = ("name", "description", "keywords", "type")
# 检查指标 2019: news two weeks, notices and policy half a year; metadata.md 7.4 "default 14/180/365".
_IDLE_DAYS: Final[dict[str, int]] = {
    Column.UpdateClass.NEWS: 14,
    Column.UpdateClass.NOTICE: 180,
    Column.UpdateClass.PERSONNEL: 365,
    Column.UpdateClass.STATIC: 365,
    Column.UpdateClass.OTHER: 365,
}


def usual_idle_days(update_class: str) -> int:
    """Return after how many days without a new item a column of this class is out of date."""
    return _IDLE_DAYS.get(update_class, 365)


def path_below(parent: Column | None, slug: str) -> str:
    """Return the path of a column with this slug: `/news/notices/`."""
    return f"{parent.path if parent else '/'}{slug}/"


def cleaned(elements: dict[str, Any]) -> dict[str, Any]:
    """Return the elements with texts normalised; unknown names and empty-value marks are refused."""
    wrong: dict[str, str] = {}
    clean: dict[str, Any] = {}
    for name, value in elements.items():
        if name not in CHANGEABLE:
            wrong[name] = "不是栏目元素"
        elif isinstance(value, str) and is_placeholder(value):
            wrong[name] = f"{CHANGEABLE[name]}是程序写入的空值标记"
        else:
            clean[name] = normalise_line(value) if isinstance(value, str) else value
    _refuse(wrong)
    return clean


def check(column: Column) -> None:
    """Raise ColumnMalformed naming every element that can't be accepted."""
    wrong = {name: f"{CHANGEABLE[name]}必须填写" for name in _NEEDED if not getattr(column, name)}
    if not SLUG.fullmatch(column.slug):
        wrong["slug"] = "栏目代号须为 1–60 个小写字母、数字或连字符，不能以连字符开头"
    elif column.parent_id is None and column.slug in RESERVED:
        wrong["slug"] = f"“{column.slug}”是系统保留的地址，请换一个栏目代号"
    if len(column.path) > LONGEST_PATH:
        wrong["slug"] = "栏目层级过深，路径超过 600 个字符"
    _check_values(column, wrong)
    for name, label in CHANGEABLE.items():
        limit, value = getattr(Column._meta.get_field(name), "max_length", None), getattr(column, name, None)
        if limit and isinstance(value, str) and len(value) > limit:
            wrong[name] = f"{label}不得超过 {limit} 个字"
    _refuse(wrong)


def _check_values(column: Column, wrong: dict[str, str]) -> None:
    if column.update_class not in Column.UpdateClass.values:
        wrong["update_class"] = f"更新类别须为 {'、'.join(Column.UpdateClass.values)} 之一"
    if column.status not in Column.Status.values:
        wrong["status"] = f"状态须为 {'、'.join(Column.Status.values)} 之一"
    if column.approval_route not in ROUTES:
        wrong["approval_route"] = f"没有“{column.approval_route}”这个审核流程"
    if column.list_template not in LIST_TEMPLATES:
        wrong["list_template"] = f"列表模板须为 {'、'.join(sorted(LIST_TEMPLATES))} 之一"
    if not 1 <= column.max_idle_days <= 3660:
        wrong["max_idle_days"] = "最长不更新天数须为 1–3660"
    if not 5 <= column.page_size <= 200:
        wrong["page_size"] = "每页条数须为 5–200"


def _refuse(wrong: dict[str, str]) -> None:
    if wrong:
        raise ColumnMalformed("；".join(wrong.values()) + "。", fields=wrong)
