"""Who may change which site, column and placement."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.library.models import Resource
from rongshu.library.queries import visible
from rongshu.sites.models import Column, Site


def may_manage_site(viewer: Viewer, site: Site) -> bool:
    """Whether the viewer may change the site and its life."""
    return viewer.may("site.manage", organization_id=site.sponsor_id, site_id=site.id)


def may_create_site(viewer: Viewer, sponsor_id: UUID) -> bool:
    """Whether the viewer may found a site for this organisation."""
    return viewer.may("site.manage", organization_id=sponsor_id)


def may_found_sites(viewer: Viewer) -> bool:
    """Whether the viewer may found a site for any organisation; who keeps one site may not."""
    return viewer.holds_on_platform("site.manage") or bool(viewer.organizations_with("site.manage"))


def may_keep_addresses(viewer: Viewer, site: Site) -> bool:
    """Whether the viewer may say where old addresses of the site lead."""
    place = {"organization_id": site.sponsor_id, "site_id": site.id}
    return viewer.may("site.manage", **place) or viewer.may("intake.run", **place)


def may_arrange_site(viewer: Viewer, site: Site) -> bool:
    """Whether the viewer may change columns, blocks and theme of the site as a whole."""
    return viewer.may("column.manage", organization_id=site.sponsor_id, site_id=site.id)


def may_manage_column(viewer: Viewer, column: Column) -> bool:
    """Whether the viewer may change this column and those below it."""
    return may_in_column(viewer, "column.manage", column)


def may_place_in(viewer: Viewer, column: Column) -> bool:
    """Whether the viewer may put resources into this column."""
    return may_in_column(viewer, "placement.write", column)


def may_approve_in(viewer: Viewer, column: Column) -> bool:
    """Whether the viewer may approve what is put into this column."""
    return may_in_column(viewer, "placement.approve", column)


def may_in_column(viewer: Viewer, capability: str, column: Column) -> bool:
    """Whether the viewer holds a capability for this column, by its site, its sponsor or a column above."""
    site = column.site
    if viewer.may(capability, organization_id=site.sponsor_id, site_id=site.id, column_id=column.id):
        return True
    # A grant for a column reaches the columns below it.
    return bool(viewer.column_ids) and any(
        viewer.may(capability, column_id=ancestor) for ancestor in _ancestor_ids(column)
    )


def _ancestor_ids(column: Column) -> Iterable[UUID]:
    return Column.objects.filter(site_id=column.site_id, path__in=ancestor_paths(column.path)).values_list(
        "id", flat=True
    )


def ancestor_paths(path: str) -> list[str]:
    """Return the paths above `/a/b/c/`: `/a/` and `/a/b/`."""
    slugs = path.strip("/").split("/")
    return [f"/{'/'.join(slugs[:depth])}/" for depth in range(1, len(slugs))]


def resources_to_place(viewer: Viewer) -> QuerySet[Resource]:
    """Return the resources the viewer may put anywhere: his own, and what is shared with him."""
    return visible(viewer).exclude(status=Resource.Status.PURGED)
