"""What ids and codes of the index are called: sites, organisations, types, categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rongshu.foundation.change_marks import Kept
from rongshu.library.models import Category, Resource, ResourceType
from rongshu.organizations.models import Organization
from rongshu.search.analysis import normalise
from rongshu.search.queries.places import Place
from rongshu.sites.models import Site

_KINDS: Final = {"site": "网站", "column": "栏目", "organization": "机构"}


@dataclass(frozen=True)
class NamedSite:
    """A site as results name it."""

    id: str
    name: str
    base_url: str
    is_online: bool


def site_named(hex_: str) -> NamedSite | None:
    """Return a site by its id as the index has it."""
    return _SITES(None).get(hex_)


def organization_name(hex_: str) -> str:
    """Return what an organisation is called now."""
    return _ORGANIZATIONS(None).get(hex_, "")


def region_of_organization(hex_: str) -> Place:
    """Return the region an organisation is of, an empty one where it is unknown."""
    return _REGIONS(None).get(hex_, Place("", ""))


def ids_named(field: str, name: str) -> tuple[str, ...]:
    """Return the sites, or the organisations, whose names hold a name."""
    if field == "site":
        names = {id_: site.name for id_, site in _SITES(None).items()}
    else:
        names = dict(_ORGANIZATIONS(None)) if field == "organization" else {}
    return tuple(id_ for id_, known in names.items() if name in normalise(known))


def label_of(facet: str, value: str) -> str:
    """Return how a value of a facet is called; a value nobody knows is its own label."""
    return labels_of(facet).get(value) or value


def labels_of(facet: str) -> Mapping[str, str]:
    """Return how the values of a facet are called, as far as they are known."""
    return _LABELS(None).get(facet, {})


def _read_sites(_: None) -> dict[str, NamedSite]:
    rows = Site.objects.values_list("id", "name", "base_url", "status")
    return {
        id_.hex: NamedSite(id_.hex, name, base_url.rstrip("/"), status == Site.Status.ONLINE)
        for id_, name, base_url, status in rows
    }


def _read_organizations(_: None) -> dict[str, str]:
    return {id_.hex: name for id_, name in Organization.objects.values_list("id", "name")}


def _read_regions(_: None) -> dict[str, Place]:
    rows = Organization.objects.values_list("id", "region__code", "region__name")
    return {id_.hex: Place(code, name) for id_, code, name in rows}


def _read_labels(_: None) -> dict[str, Mapping[str, str]]:
    categories = Category.objects.filter(scheme_id__in=["theme", "genre"])
    by_scheme: dict[str, dict[str, str]] = {"theme": {}, "genre": {}}
    for scheme, code, name in categories.values_list("scheme_id", "code", "name"):
        by_scheme[scheme][code] = name
    return {
        **by_scheme,
        "site": {id_: site.name for id_, site in _read_sites(None).items()},
        "organization": _read_organizations(None),
        "type": dict(ResourceType.objects.values_list("code", "name_cn")),
        "kind": _KINDS,
        "level": {str(value): str(label) for value, label in Organization.Level.choices},
        "validity": {str(value): str(label) for value, label in Resource.Validity.choices},
    }


_SITES: Final = Kept("search_sites", read=_read_sites)
_ORGANIZATIONS: Final = Kept("organizations", read=_read_organizations)
_REGIONS: Final = Kept("organizations", read=_read_regions)
_LABELS: Final = Kept("definitions", "organizations", "search_sites", read=_read_labels)
