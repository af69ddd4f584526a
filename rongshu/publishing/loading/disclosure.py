"""The disclosure platform: its four fixed blocks, their categories, and lists of catalogue elements.

国办公开办函〔2019〕61号: one name and one format for all organs, 指南 制度 法定主动公开内容 年报.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from rongshu.publishing.loading.bodies import resolve, targets_of
from rongshu.publishing.loading.columns import ColumnShelf, ShelvedColumn
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.entries import Shown, shown_by
from rongshu.publishing.loading.lists import ListPage, load_list, newest_shown, style_of
from rongshu.publishing.loading.pictures import carry_files, with_sizes
from rongshu.publishing.loading.reads import Reads
from rongshu.publishing.loading.rows import VISIBLE, joined
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.pages.models import (
    ColumnListPage,
    DisclosureKind,
    DisclosurePage,
    DisclosureSection,
    Entry,
    ListStyle,
)
from rongshu.sites.models import Placement

PLATFORM: Final = "platform"
_NAMES: Final = {
    DisclosureKind.GUIDE: "政府信息公开指南",
    DisclosureKind.RULES: "政府信息公开制度",
    DisclosureKind.CATALOGUE: "法定主动公开内容",
    DisclosureKind.REPORTS: "政府信息公开年报",
}
_ANNUAL_REPORTS: Final = "信息公开年报"  # ColumnType
_OVERVIEW: Final = {DisclosureKind.CATALOGUE: 10}
_USUAL_OVERVIEW: Final = 3


def load_column(context: SiteContext, manifest: Manifest, column_id: UUID, number: int) -> ListPage | None:
    """Load page one (0) or a numbered chunk of a column, in the form of the platform it may belong to."""
    loaded = load_list(context, manifest, column_id, number)
    column = context.shelf.by_id.get(column_id)
    if loaded is None or column is None or not isinstance(loaded.page, ColumnListPage):
        return loaded
    platform = platform_of(context.shelf, column)
    if platform is None:
        return loaded
    return loaded._replace(page=_Desk(context, platform, column, loaded.reads).page(loaded.page))


def platform_of(shelf: ColumnShelf, column: ShelvedColumn) -> ShelvedColumn | None:
    """The disclosure platform a column stands on."""
    return next((one for one in shelf.ancestry(column.id) if one.disclosure_code == PLATFORM), None)


@dataclasses.dataclass(frozen=True, slots=True)
class _Desk:
    """One page of the platform while it is put together."""

    context: SiteContext
    platform: ShelvedColumn
    column: ShelvedColumn
    reads: Reads

    def page(self, listed: ColumnListPage) -> DisclosurePage:
        """The page of the platform that stands for a column's list."""
        kind, is_first = self._kind(), listed.pager.number == 0
        entries, body = listed.entries, ""
        if kind is None:
            entries = ()
        elif kind is DisclosureKind.GUIDE and is_first and entries:
            body, entries = self._text_of_newest(), entries[1:]
        elif is_first and not entries:
            entries = self._entries(self._gathered(kind), self.column.page_size)
        style = style_of(self.column)
        return DisclosurePage(
            site=listed.site,
            column=listed.column,
            path=listed.path,
            unit=self.context.site.sponsor.name,
            sections=tuple(self._sections(kind)),
            current=kind,
            body_html=body,
            entries=entries,
            pager=listed.pager,
            style=style if style in {ListStyle.PEOPLE, ListStyle.INSTITUTIONS} else ListStyle.DOCUMENTS,
        )

    def _kind(self) -> DisclosureKind | None:
        """The block a column belongs to; None for the platform itself."""
        line = self.context.shelf.ancestry(self.column.id)
        below = line[line.index(self.platform) + 1 :]
        return _kind_of(below[0]) if below else None

    def _sections(self, current: DisclosureKind | None) -> Iterator[DisclosureSection]:
        children = self.context.shelf.children(self.platform.id)
        for kind, name in _NAMES.items():
            head = next((one for one in children if one.disclosure_code == kind.value), None)
            if head is None:
                continue
            parts = self.context.shelf.children(head.id)
            parts += [one for one in children if _kind_of(one) is kind and one is not head]
            # The platform's own page shows the newest of each block.
            entries = () if current else self._entries([head, *parts], _OVERVIEW.get(kind, _USUAL_OVERVIEW))
            nodes = self.context.shelf.nodes(parts, self.column.id)
            yield DisclosureSection(kind, name, head.path, entries, nodes)

    def _gathered(self, kind: DisclosureKind) -> list[ShelvedColumn]:
        """What a block without entries of its own gathers: all below it, and categories beside it."""
        shelf = self.context.shelf
        found = shelf.below(self.column.id)
        if self.column.disclosure_code == kind.value:
            beside = [one for one in shelf.children(self.platform.id) if _kind_of(one) is kind]
            for one in beside:
                found += [] if one.id == self.column.id else [one, *shelf.below(one.id)]
        return found

    def _entries(self, columns: Sequence[ShelvedColumn], count: int) -> tuple[Entry, ...]:
        """The newest documents of several columns together."""
        found: dict[UUID, Shown] = {}
        for column in columns:
            if column.is_ranked:  # leaders and institutions are no documents
                continue
            for shown in newest_shown(self.context, column.id, count, self.reads):
                found.setdefault(shown.resource.id, shown)
        newest = sorted(found.values(), key=lambda one: (one.placement.published_at, one.resource.id))
        return tuple(shown.entry() for shown in reversed(newest[-count:]))

    def _text_of_newest(self) -> str:
        """The text of the guide itself: readers want to read it, not a list of one."""
        first = newest_shown(self.context, self.column.id, 1, self.reads)[0]
        rows = Placement.objects.filter(VISIBLE, pk=first.placement.id)
        for shown in shown_by(joined(rows, in_full=True)):
            body, files = shown.version.body, carry_files(shown.version, self.reads)
            targets = targets_of(self.context, [body])
            return with_sizes(resolve(body, self.context, self.reads, files, targets), shown.version)
        return ""


def _kind_of(column: ShelvedColumn) -> DisclosureKind:
    """The block of a column right below the platform; one without a code is a category of the catalogue."""
    if column.disclosure_code in set(DisclosureKind):
        return DisclosureKind(column.disclosure_code)
    return DisclosureKind.REPORTS if column.type == _ANNUAL_REPORTS else DisclosureKind.CATALOGUE
