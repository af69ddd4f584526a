"""Sites, their columns, and the organisations behind them, as readers may look for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from rongshu.organizations.models import Organization, OrganizationName
from rongshu.search.documents import SearchDocument
from rongshu.search.loading.bearers import bearers, regions_around
from rongshu.sites.models import Column, Site

SITE: Final = "site"
COLUMN: Final = "column"
ORGANIZATION: Final = "organization"
_ONLINE: Final = Site.Status.ONLINE


def load_sites(ids: Collection[UUID]) -> Iterator[SearchDocument]:
    """Yield the sites that are online."""
    sites = list(Site.objects.filter(pk__in=ids, status=_ONLINE).select_related("sponsor"))
    around = bearers({site.sponsor_id for site in sites})
    regions = regions_around({site.region_id for site in sites})
    for site in sites:
        sponsor = around[site.sponsor_id]
        yield SearchDocument(
            id=f"{SITE}:{site.pk}",
            kind=SITE,
            title=site.name,
            other_titles=tuple(filter(None, (site.name_en, site.domain_cn))),
            headings=(sponsor.name,),
            body="\n".join(filter(None, (site.address, site.contact, site.domain))),
            sites=(site.pk.hex,),
            regions=regions.get(site.region_id, ()),
            level=sponsor.level,
            organizations=(sponsor.id.hex,),
            authority=sponsor.authority,
            source={
                "kind": SITE,
                "title": site.name,
                "text": "",
                "summary": f"主办单位：{sponsor.name}",
                "places": [{"site": site.pk.hex, "path": "/"}],
                "organization": sponsor.id.hex,
                "elements": {"Phone": site.contact, "Address": site.address},
            },
        )


def load_columns(ids: Collection[UUID]) -> Iterator[SearchDocument]:
    """Yield the columns that readers can open."""
    rows = Column.objects.filter(pk__in=ids, status=Column.Status.ACTIVE, site__status=_ONLINE)
    columns = list(rows.select_related("site"))
    around = bearers({column.owner_id for column in columns})
    regions = regions_around({column.site.region_id for column in columns})
    for column in columns:
        owner = around[column.owner_id]
        yield SearchDocument(
            id=f"{COLUMN}:{column.pk}",
            kind=COLUMN,
            title=column.name,
            # Not as a body: so short a one would outweigh every article.
            headings=(column.keywords, column.description),
            sites=(column.site_id.hex,),
            columns=(column.pk.hex,),
            regions=regions.get(column.site.region_id, ()),
            level=owner.level,
            organizations=(owner.id.hex,),
            authority=owner.authority,
            source={
                "kind": COLUMN,
                "title": column.name,
                "text": column.description,
                "summary": column.description,
                "places": [{"site": column.site_id.hex, "path": column.path}],
                "organization": owner.id.hex,
            },
        )


def load_organizations(ids: Collection[UUID]) -> Iterator[SearchDocument]:
    """Yield the organisations that have a site, under all names they have borne."""
    organizations = Organization.objects.filter(pk__in=ids, status=Organization.Status.ACTIVE)
    known = {one.pk: one for one in organizations}
    homes: dict[UUID, Site] = {}
    for site in Site.objects.filter(sponsor_id__in=known, status=_ONLINE).order_by("created_at", "id"):
        homes.setdefault(site.sponsor_id, site)
    names = _names_borne(known)
    around = bearers(homes.keys())
    for id_, site in homes.items():
        bearer = around[id_]
        others = tuple(name for name in names.get(id_, ()) if name != bearer.name)
        yield SearchDocument(
            id=f"{ORGANIZATION}:{id_}",
            kind=ORGANIZATION,
            title=bearer.name,
            other_titles=others,
            sites=(site.pk.hex,),
            regions=bearer.regions,
            level=bearer.level,
            organizations=(id_.hex,),
            authority=bearer.authority,
            source={
                "kind": ORGANIZATION,
                "title": bearer.name,
                "text": "",
                "summary": f"曾用名、简称：{'、'.join(others)}" if others else "",
                "places": [{"site": site.pk.hex, "path": "/"}],
                "organization": id_.hex,
                "elements": {"Phone": site.contact, "Address": site.address},
            },
        )


def _names_borne(known: dict[UUID, Organization]) -> dict[UUID, list[str]]:
    found = {id_: [one.short_name] if one.short_name else [] for id_, one in known.items()}
    rows = OrganizationName.objects.filter(organization_id__in=known).order_by("-valid_from", "id")
    for id_, name, short in rows.values_list("organization_id", "name", "short_name"):
        found[id_] += [one for one in (name, short) if one and one not in found[id_]]
    return found


def site_ids_after(after: UUID | None, limit: int) -> list[UUID]:
    """Return the sites that follow one in the order of their ids."""
    return _after(Site.objects.all(), "pk", after, limit)


def column_ids_after(after: UUID | None, limit: int) -> list[UUID]:
    """Return the columns that follow one in the order of their ids."""
    return _after(Column.objects.all(), "pk", after, limit)


def sponsor_ids_after(after: UUID | None, limit: int) -> list[UUID]:
    """Return the organisations with sites that follow one in the order of their ids."""
    return _after(Site.objects.all(), "sponsor_id", after, limit)


def _after(rows: QuerySet[Any], field: str, after: UUID | None, limit: int) -> list[UUID]:
    rows = rows.filter(**{f"{field}__gt": after}) if after else rows
    return list(rows.order_by(field).values_list(field, flat=True).distinct()[:limit])
