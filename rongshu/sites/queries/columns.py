"""Columns as a tree, by path and as a viewer may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.change_marks import Kept
from rongshu.sites.errors import UnknownColumn
from rongshu.sites.models import Column, Site
from rongshu.sites.queries.sites import oversees_sites, sites_for


@dataclass(frozen=True)
class ColumnNode:
    """A column and, in their order, the columns below it."""

    column: Column
    children: tuple[ColumnNode, ...]


def column_tree(site: Site, *, with_closed: bool = False) -> tuple[ColumnNode, ...]:
    """Return the whole column tree of a site in one read."""
    columns = Column.objects.filter(site=site).order_by("position", "id")
    if not with_closed:
        columns = columns.exclude(status=Column.Status.CLOSED)
    below: dict[UUID | None, list[Column]] = defaultdict(list)
    for column in columns:
        column.site = site  # asked of each of them where a permission depends on it
        below[column.parent_id].append(column)

    def nodes(parent_id: UUID | None) -> tuple[ColumnNode, ...]:
        return tuple(ColumnNode(column, nodes(column.id)) for column in below[parent_id])

    return nodes(None)


def navigation(site: Site) -> list[Column]:
    """Return the columns of the site's main navigation, in order."""
    columns = Column.objects.filter(site=site, status=Column.Status.ACTIVE, show_in_navigation=True)
    return list(columns.order_by("position", "id"))


def column_at(site: Site, path: str) -> Column:
    """Return the column of a site at a path such as `/news/notices/` (outer slashes may be left out)."""
    slugs = path.strip("/")
    column = (
        Column.objects.filter(site=site, path=f"/{slugs}/").exclude(status=Column.Status.CLOSED).first()
        if slugs
        else None
    )
    if column is None:
        raise UnknownColumn(f"站点“{site.slug}”没有路径为“/{slugs}/”的栏目，请核对。")
    return column


def columns_for(viewer: Viewer) -> QuerySet[Column]:
    """Return the columns in the viewer's scopes: all of his sites', or the subtrees named in his grants."""
    if oversees_sites(viewer):
        return Column.objects.all()
    in_scope = Q(site__sponsor_id__among=viewer.organization_ids)
    return Column.objects.filter(in_scope | _named(viewer.site_ids, viewer.column_ids))


def columns_read_by(viewer: Viewer) -> QuerySet[Column]:
    """Return the columns of which the viewer sees what stands and waits in them."""
    if viewer.reads_everything:
        return Column.objects.all()
    in_scope = Q(site__sponsor_id__among=viewer.reading_organization_ids)
    return Column.objects.filter(in_scope | _named(viewer.reading_site_ids, viewer.reading_column_ids))


def _named(site_ids: frozenset[UUID], column_ids: frozenset[UUID]) -> Q:
    """Return the columns of the sites, the columns, and those below them."""
    return Q(site_id__among=site_ids) | Q(pk__among=with_columns_below(column_ids))


def with_columns_below(column_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return the columns and all below them: a read for each level, however many are named."""
    return _kept_below(frozenset(column_ids))


def _read_below(column_ids: frozenset[UUID]) -> frozenset[UUID]:
    found = level = column_ids
    while level:
        below = Column.objects.filter(parent_id__among=level).values_list("pk", flat=True)
        level = frozenset(below) - found
        found |= level
    return found


_kept_below: Final = Kept("columns", read=_read_below, most=200)


def get_column_for(viewer: Viewer, slug: str, path: str) -> Column:
    """Return a column of the viewer's by site slug and path; what is not his is not found."""
    wanted = f"/{path.strip('/')}/"
    column = columns_for(viewer).filter(site__slug=slug, path=wanted).select_related("site").first()
    if column is None or not sites_for(viewer).filter(pk=column.site_id).exists():
        raise UnknownColumn
    return column
