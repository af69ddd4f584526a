"""The sources the search brings itself, and which events touch what they load."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from uuid import UUID

from rongshu.foundation import work
from rongshu.foundation.models import Event
from rongshu.library import events as library
from rongshu.organizations import events as organizations
from rongshu.search.loading import resources, sites, working
from rongshu.search.sources import DocumentSource, Loading, Swept, Touched, register
from rongshu.sites import events as site_events
from rongshu.sites.models import Column, Site

_RECALLS: Final = {
    library.ResourceWithdrawn.kind(),
    library.VersionPurged.kind(),
    site_events.PlacementEnded.kind(),
}
_OF_A_RESOURCE: Final = {
    *_RECALLS,
    library.ResourceBecameEffective.kind(),
    library.ResourceReinstated.kind(),
    library.WorkingVersionStored.kind(),
    library.ResourceValidityChanged.kind(),
    library.ResourceClassified.kind(),
    site_events.PlacementBegan.kind(),
    site_events.PlacementChanged.kind(),
    site_events.PlacementMoved.kind(),
}
_OF_A_TYPE: Final = library.ResourceTypeChanged.kind()
_STATUS: Final = site_events.SiteStatusChanged.kind()
_OF_A_SITE: Final = {_STATUS, site_events.SiteChanged.kind()}
_OF_A_COLUMN: Final = {
    site_events.ColumnChanged.kind(),
    site_events.ColumnMoved.kind(),
    site_events.ColumnRemoved.kind(),
}
_OF_AN_ORGANIZATION: Final = {
    organizations.OrganizationRenamed.kind(),
    organizations.OrganizationMoved.kind(),
    organizations.OrganizationClosed.kind(),
}


def register_sources() -> None:
    """Make known what the search finds by itself."""
    register(
        DocumentSource(
            kind=resources.KIND,
            label="信息资源",
            public=Loading(resources.load_resources, resources.resource_ids_after),
            staff=Loading(working.load_working, working.working_ids_after),
            ids_under=resources.resource_ids_under,
            kinds=frozenset({*_OF_A_RESOURCE, _OF_A_TYPE, _STATUS}),
            plan=_touched_resources,
        )
    )
    register(
        DocumentSource(
            kind=sites.SITE,
            label="网站",
            public=Loading(sites.load_sites, sites.site_ids_after),
            kinds=frozenset({*_OF_A_SITE, *_OF_AN_ORGANIZATION}),
            plan=_touched_sites,
        )
    )
    register(
        DocumentSource(
            kind=sites.COLUMN,
            label="栏目",
            public=Loading(sites.load_columns, sites.column_ids_after),
            kinds=frozenset({*_OF_A_COLUMN, *_OF_A_SITE}),
            plan=_touched_columns,
        )
    )
    register(
        DocumentSource(
            kind=sites.ORGANIZATION,
            label="机构",
            public=Loading(sites.load_organizations, sites.sponsor_ids_after),
            kinds=frozenset({*_OF_AN_ORGANIZATION, *_OF_A_SITE}),
            plan=_touched_organizations,
        )
    )


def _touched_resources(events: Sequence[Event]) -> Iterator[Touched | Swept]:
    for event in events:
        if event.kind in _OF_A_RESOURCE:
            priority = work.RECALL if event.kind in _RECALLS else work.EDIT
            yield Touched(UUID(event.payload["resource_id"]), priority)
        elif event.kind == _OF_A_TYPE:
            yield Swept("type", UUID(event.payload["type_id"]))
        else:
            yield Swept("site", UUID(event.payload["site_id"]))


def _touched_sites(events: Sequence[Event]) -> Iterator[Touched]:
    for event in events:
        if event.kind in _OF_A_SITE:
            yield Touched(UUID(event.payload["site_id"]))
        else:
            yield from _each(Site.objects.filter(sponsor_id=event.payload["organization_id"]))


def _touched_columns(events: Sequence[Event]) -> Iterator[Touched]:
    for event in events:
        if event.kind in _OF_A_COLUMN:
            yield Touched(UUID(event.payload["column_id"]))
        else:
            yield from _each(Column.objects.filter(site_id=event.payload["site_id"]))


def _touched_organizations(events: Sequence[Event]) -> Iterator[Touched]:
    for event in events:
        if event.kind in _OF_A_SITE:
            found = Site.objects.filter(pk=event.payload["site_id"])
            yield from (Touched(one) for one in found.values_list("sponsor_id", flat=True))
        else:
            yield Touched(UUID(event.payload["organization_id"]))


def _each(rows: Iterable[Site] | Iterable[Column]) -> Iterator[Touched]:
    yield from (Touched(one.pk) for one in rows)
