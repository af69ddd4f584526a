"""The columns of a site on one shelf: their tree, their frames, their places in the navigation."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from functools import cached_property
from uuid import UUID

from rongshu.publishing import addresses
from rongshu.publishing.pages.models import ColumnFrame, ColumnTags, Link, TreeNode
from rongshu.sites.models import Column, Site

_HOME = Link("首页", "/")


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

    @property
    def is_listed(self) -> bool:
        """Whether it stands in trees and navigation."""
        return self.status == Column.Status.ACTIVE

    @property
    def has_pages(self) -> bool:
        """Whether its list can be opened."""
        return self.status != Column.Status.CLOSED


class ColumnShelf:
    """All columns of one site."""

    def __init__(self, columns: Sequence[ShelvedColumn]) -> None:
        self.by_id = {column.id: column for column in columns}
        self._children: dict[UUID | None, list[ShelvedColumn]] = {}
        for column in columns:
            self._children.setdefault(column.parent_id, []).append(column)

    def children(self, column_id: UUID | None) -> list[ShelvedColumn]:
        """The columns below one (or the top ones) that readers see, in their order."""
        return [column for column in self._children.get(column_id, []) if column.is_listed]

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
        shown = [column for column in self.by_id.values() if column.show_in_navigation and column.is_listed]
        return sorted(shown, key=lambda column: (column.path.count("/"), column.position, column.path))[:6]

    def _nodes(self, parent: UUID | None, current: UUID | None, opened: set[UUID]) -> tuple[TreeNode, ...]:
        return tuple(self._node(column, current, opened) for column in self.children(parent))

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
    fields = [field.name for field in dataclasses.fields(ShelvedColumn)]
    for row in Column.objects.filter(site=site).order_by("position", "path").values_list(*fields):
        yield ShelvedColumn(*row)
