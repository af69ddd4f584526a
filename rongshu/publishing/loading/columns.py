"""The columns of a site on one shelf: their tree, their frames, their places in the navigation."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from rongshu.foundation.prepared import Prepared
from rongshu.publishing import addresses
from rongshu.publishing.loading.rows import VISIBLE
from rongshu.publishing.pages.models import ColumnFrame, ColumnTags, Link, TreeNode
from rongshu.sites.models import Column, Placement, Site

_HOME = Link("首页", "/")
_RANKED_TEMPLATES: Final = {"people", "leaders", "institutions"}
_RANKED_TYPES: Final = {"负责人信息", "机构职能"}  # values of ColumnType, 国办发〔2017〕47号
# 国办公开办函〔2019〕61号: these four stand on every platform; of all others no empty one is shown (47号).
_FIXED_BLOCKS: Final = {"guide", "rules", "catalogue", "reports"}


@dataclasses.dataclass(frozen=True, slots=True)
class ShelvedColumn:
    """A column as pages need it."""

    id: UUID
    parent_id: UUID | None
    path: str
    name: str
    description: str
    keywords: str
    type: str
    disclosure_code: str
    list_template: str
    article_template: str
    page_size: int
    show_in_navigation: bool
    status: str
    position: int
    max_idle_days: int
    is_filled: bool  # readers see something in it

    @property
    def is_listed(self) -> bool:
        """Whether it stands in trees and navigation."""
        return self.status == Column.Status.ACTIVE

    @property
    def is_ranked(self) -> bool:
        """Whether its entries stand in their own order (leaders, institutions), not the newest first."""
        return self.list_template in _RANKED_TEMPLATES or self.type in _RANKED_TYPES

    @property
    def is_fixed(self) -> bool:
        """Whether it is one of the blocks that the disclosure platform has to show, filled or not."""
        return self.disclosure_code in _FIXED_BLOCKS

    @property
    def has_pages(self) -> bool:
        """Whether its list can be opened."""
        return self.status != Column.Status.CLOSED


class ColumnShelf:
    """All columns of one site."""

    def __init__(self, columns: Sequence[ShelvedColumn]) -> None:
        self.by_id = {column.id: column for column in columns}
        self._filled = self._with_those_above(column.id for column in columns if column.is_filled)
        self._children: dict[UUID | None, list[ShelvedColumn]] = {}
        for column in columns:
            self._children.setdefault(column.parent_id, []).append(column)

    def children(self, column_id: UUID | None) -> list[ShelvedColumn]:
        """The columns below one (or the top ones) that readers are led to, in their order."""
        return [column for column in self._children.get(column_id, []) if self.is_shown(column)]

    @property
    def filling(self) -> str:
        """A digest of which columns have something to read."""
        return hashlib.sha256(repr(sorted(map(str, self._filled))).encode()).hexdigest()

    def is_shown(self, column: ShelvedColumn) -> bool:
        """Whether trees and navigation name a column: it, or one below it, has something to read."""
        return column.is_listed and column.id in self._filled

    def below(self, column_id: UUID) -> list[ShelvedColumn]:
        """All columns below one that readers are led to."""
        found: list[ShelvedColumn] = []
        for child in self.children(column_id):
            found += [child, *self.below(child.id)]
        return found

    def nodes(self, columns: Iterable[ShelvedColumn], current: UUID) -> tuple[TreeNode, ...]:
        """These columns with what is below them, the way to the current one open."""
        opened = {step.id for step in self.ancestry(current)}
        return tuple(self._node(column, current, opened) for column in columns)

    def ancestry(self, column_id: UUID) -> list[ShelvedColumn]:
        """From the top column down to this one."""
        line: list[ShelvedColumn] = []
        step: UUID | None = column_id
        while step is not None and len(line) < 50:
            line.insert(0, self.by_id[step])
            step = self.by_id[step].parent_id
        return line

    def frame(self, column_id: UUID) -> ColumnFrame:
        """What all pages of a column show of it."""
        column, line = self.by_id[column_id], self.ancestry(column_id)
        top = line[0]
        shown = [step for step in line if step.is_listed]
        return ColumnFrame(
            tags=ColumnTags(column.name, column.description, column.keywords, column.type),
            url=column.path,
            breadcrumb=(_HOME, *(Link(step.name, step.path) for step in line if step.has_pages)),
            tree_title=top.name,
            tree=self._nodes(top.id, column_id, {step.id for step in line}),
            navigation_url=next((step.path for step in shown if step.id in self._navigated), ""),
            atom_url=addresses.feed_path(column.path, "atom"),
            rss_url=addresses.feed_path(column.path, "rss"),
        )

    def tree(self) -> tuple[TreeNode, ...]:
        """All columns readers see."""
        return self._nodes(None, None, set(self.by_id))

    @cached_property
    def navigation(self) -> tuple[Link, ...]:
        """首页 and up to six columns."""
        return (_HOME, *(Link(column.name, column.path) for column in self._navigation_columns()))

    @cached_property
    def _navigated(self) -> set[UUID]:
        return {column.id for column in self._navigation_columns()}

    def _navigation_columns(self) -> list[ShelvedColumn]:
        shown = [
            column for column in self.by_id.values() if column.show_in_navigation and self.is_shown(column)
        ]
        return sorted(shown, key=lambda column: (column.path.count("/"), column.position, column.path))[:6]

    def _nodes(self, parent: UUID | None, current: UUID | None, opened: set[UUID]) -> tuple[TreeNode, ...]:
        columns = self._children.get(parent, [])
        shown = (
            column for column in columns if self.is_shown(column) or self._is_on_way(column, current, opened)
        )
        return tuple(self._node(column, current, opened) for column in shown)

    def _is_on_way(self, column: ShelvedColumn, current: UUID | None, opened: set[UUID]) -> bool:
        """An empty column that a reader has opened by its address stands in its own tree."""
        return current is not None and column.is_listed and column.id in opened

    def _with_those_above(self, filled: Iterable[UUID]) -> set[UUID]:
        fixed = (column.id for column in self.by_id.values() if column.is_fixed and column.is_listed)
        found: set[UUID] = set()
        for one in (*filled, *fixed):
            step: UUID | None = one
            while step is not None and step not in found and step in self.by_id:
                found.add(step)
                step = self.by_id[step].parent_id
        return found

    def _node(self, column: ShelvedColumn, current: UUID | None, opened: set[UUID]) -> TreeNode:
        return TreeNode(
            name=column.name,
            url=column.path,
            is_current=column.id == current,
            is_open=column.id in opened,
            children=self._nodes(column.id, current, opened),
        )


def load_columns(site: Site) -> ColumnShelf:
    """Read all columns of a site."""
    return ColumnShelf(list(_rows(site)))


def _rows(site: Site) -> Iterator[ShelvedColumn]:
    for row in COLUMNS.rows(site.id):
        yield ShelvedColumn(*row)


def _of_site(site_id: UUID) -> QuerySet[Column, Any]:
    shown = Placement.objects.filter(VISIBLE, column_id=OuterRef("pk"))
    rows = Column.objects.filter(site_id=site_id).annotate(is_filled=Exists(shown))
    fields = [field.name for field in dataclasses.fields(ShelvedColumn)]
    return rows.order_by("position", "path").values_list(*fields)


COLUMNS: Final = Prepared(_of_site)
