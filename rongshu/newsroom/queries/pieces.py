"""What the page of a piece shows: its versions, its places, the columns the viewer may still put it into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Case, QuerySet, When

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.errors import NotFound
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.queries import get_resource_for, get_version_for
from rongshu.sites.models import Column, Placement, Site
from rongshu.sites.permissions import may_place_in
from rongshu.sites.queries import columns_for, placements_for

_MOST_VERSIONS = 100


def versions_of(viewer: Viewer, resource: Resource) -> list[ResourceVersion]:
    """Return the versions of a piece the viewer may read, the newest first."""
    rows = ResourceVersion.objects.filter(resource=resource).select_related("created_by").order_by("-number")
    newest = resource.working_version
    if newest is None:
        return []
    try:
        get_version_for(viewer, newest.pk)
    except NotFound:
        rows = rows.filter(effective_of=resource)
    return list(rows.defer("body")[:_MOST_VERSIONS])


def readable_version(viewer: Viewer, resource_id: UUID) -> ResourceVersion:
    """Return the version of a piece to work with: the newest the viewer may read."""
    resource = get_resource_for(viewer, resource_id)
    for version_id in (resource.working_version_id, resource.effective_version_id):
        if version_id is None:
            continue
        try:
            return get_version_for(viewer, version_id)
        except NotFound:
            continue
    raise NotFound


def places_of(viewer: Viewer, resource: Resource) -> QuerySet[Placement]:
    """Return where a piece stands in the viewer's columns."""
    places = placements_for(viewer).filter(resource=resource)
    return places.select_related("site", "column").order_by("site__name", "created_at")


@dataclass(frozen=True)
class ColumnChoice:
    """A column a piece may be put into, with its way from the top."""

    column: Column
    way: str


@dataclass(frozen=True)
class SiteChoice:
    """A site with the columns of it that the viewer may put something into."""

    site: Site
    columns: list[ColumnChoice]


_MOST_COLUMNS: Final = 300


def columns_to_place_in(viewer: Viewer, resource: Resource, words: str = "") -> tuple[list[SiteChoice], bool]:
    """Return the open columns the viewer may place into and the piece does not stand in yet, by site.

    And whether there are more of his columns than were looked at: only a narrower search finds those.
    """
    columns = columns_for(viewer).exclude(status=Column.Status.CLOSED)
    columns = columns.exclude(site__status__in=[Site.Status.CLOSED, Site.Status.OFFLINE])
    standing = Placement.objects.filter(resource=resource).exclude(state=Placement.State.REMOVED)
    columns = columns.exclude(pk__in=standing.values("column_id"))
    for word in words.split()[:5]:
        columns = columns.filter(name__icontains=word) | columns.filter(site__name__icontains=word)
    rows = list(own_sites_first(columns, resource)[: _MOST_COLUMNS + 1])
    open_ones = [column for column in rows[:_MOST_COLUMNS] if may_place_in(viewer, column)]
    return _by_site(open_ones), len(rows) > _MOST_COLUMNS


def own_sites_first(columns: QuerySet[Column], resource: Resource) -> QuerySet[Column]:
    """Return the columns site by site, those of the piece's own unit before those of others."""
    is_own = Case(When(site__sponsor_id=resource.owner_id, then=0), default=1)
    return columns.select_related("site").order_by(is_own, "site__name", "site_id", "path")


def _by_site(columns: Iterable[Column]) -> list[SiteChoice]:
    found: dict[UUID, SiteChoice] = {}
    names: dict[tuple[UUID, str], str] = {}
    for column in columns:
        names[column.site_id, column.path] = column.name
        choice = found.setdefault(column.site_id, SiteChoice(column.site, []))
        choice.columns.append(ColumnChoice(column, _way(column, names)))
    return list(found.values())


def _way(column: Column, names: dict[tuple[UUID, str], str]) -> str:
    slugs = column.path.strip("/").split("/")
    above = (f"/{'/'.join(slugs[:depth])}/" for depth in range(1, len(slugs)))
    known = [names[column.site_id, path] for path in above if (column.site_id, path) in names]
    return " › ".join([*known, column.name])


def going_out_today(viewer: Viewer) -> QuerySet[Placement]:
    """Return what is scheduled to begin to show in the viewer's columns, the next first."""
    scheduled = placements_for(viewer).filter(state=Placement.State.SCHEDULED, visible_from__isnull=False)
    return scheduled.select_related("site", "column", "resource__working_version").order_by("visible_from")
