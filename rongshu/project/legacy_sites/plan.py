"""Which article stands in which column of a legacy site, and in what order."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rongshu.project.legacy_sites.articles import ColumnPath, LegacyArticle

# What the folders of such sites were really called: initials of the column's pinyin.
_CODES = {
    "政务公开": "zwgk", "新闻中心": "xwzx", "互动交流": "hdjl", "办事服务": "bsfw", "机构概况": "jggk",
    "专题专栏": "ztzl", "数据开放": "sjkf", "要闻动态": "ywdt", "通知公告": "tzgg", "政策文件": "zcwj",
    "政策解读": "zcjd", "机构职能": "jgzn", "领导信息": "ldxx", "办事指南": "bszn", "常见问题": "cjwt",
    "统计数据": "tjsj", "信件选登": "xjxd", "疫情防控": "yqfk", "政府规章": "zfgz", "政府工作报告": "zfgzbg",
}  # fmt: skip


@dataclass(eq=False)
class Column:
    """One column of the site's tree; `entries` are its own and its children's articles, newest first."""

    path: ColumnPath
    number: int
    code: str
    parent: Column | None = None
    children: list[Column] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def trail(self) -> list[Column]:
        return [*(self.parent.trail if self.parent else []), self]

    @property
    def folder(self) -> str:
        return "/".join(column.code for column in self.trail)

    def pages(self, per_page: int) -> list[list[Entry]]:
        """The column's list cut into pages; an empty column still has one."""
        cuts = range(0, len(self.entries), per_page)
        return [self.entries[at : at + per_page] for at in cuts] or [[]]


@dataclass(eq=False)
class Entry:
    """One article on this site: its number, its column, and the second column that repeats it."""

    number: int
    article: LegacyArticle
    column: Column
    alias: Column | None = None
    newer: Entry | None = None
    older: Entry | None = None

    @property
    def columns(self) -> list[Column]:
        return [self.column, self.alias] if self.alias else [self.column]


@dataclass(frozen=True)
class SitePlan:
    """A legacy site before a template family gives it addresses and markup."""

    site_name: str
    host: str
    seed: int
    columns: list[Column]
    entries: list[Entry]

    @property
    def navigation(self) -> list[Column]:
        return [column for column in self.columns if column.parent is None]

    @cached_property
    def newest(self) -> list[Entry]:
        return sorted(self.entries, key=lambda entry: entry.article.published_at, reverse=True)


def plan_site(
    articles: Sequence[LegacyArticle],
    *,
    site_name: str,
    host: str,
    columns: Sequence[ColumnPath] | None,
    seed: int,
    repeats: bool,
) -> SitePlan:
    """Number the columns and articles; every ninth article is repeated in another column when `repeats`."""
    tree: dict[ColumnPath, Column] = {}
    for path in [*(columns or ()), *(article.column for article in articles)]:
        _grow(tree, path)
    chance = random.Random(f"{seed}/{site_name}")  # noqa: S311 - a layout, no secret
    entries = list(_entries(articles, tree, chance, repeats))
    for column in tree.values():
        _fill(column, entries)
    _chain(entries)
    return SitePlan(site_name, host, seed, list(tree.values()), entries)


def _grow(tree: dict[ColumnPath, Column], path: ColumnPath) -> Column:
    if path in tree:
        return tree[path]
    parent = _grow(tree, path[:-1]) if len(path) > 1 else None
    number = 11 + 3 * len(tree)
    taken = {column.code for column in tree.values() if column.parent is parent}
    code = _CODES.get(path[-1], f"lm{number}")
    column = Column(path, number, code if code not in taken else f"{code}{number}", parent)
    tree[path] = column
    if parent:
        parent.children.append(column)
    return column


def _entries(
    articles: Sequence[LegacyArticle], tree: dict[ColumnPath, Column], chance: random.Random, repeats: bool
) -> Iterator[Entry]:
    leaves = [column for column in tree.values() if not column.children]
    number = 1000 + chance.randrange(500)
    for at, article in enumerate(articles):
        number += chance.randint(1, 9)
        home = tree[article.column]
        others = [leaf for leaf in leaves if leaf is not home]
        repeated = repeats and at % 9 == 4 and bool(others)
        yield Entry(number, article, home, chance.choice(others) if repeated else None)


def _fill(column: Column, entries: Sequence[Entry]) -> None:
    inside = [entry for entry in entries if any(column in other.trail for other in entry.columns)]
    column.entries = sorted(
        inside, key=lambda entry: (entry.article.published_at, entry.number), reverse=True
    )


def _chain(entries: Sequence[Entry]) -> None:
    last: dict[ColumnPath, Entry] = {}
    for entry in sorted(entries, key=lambda entry: entry.article.published_at):
        older = last.get(entry.column.path)
        if older:
            entry.older, older.newer = older, entry
        last[entry.column.path] = entry
