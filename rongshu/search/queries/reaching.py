"""Which of the hits readers can reach now: the index may lag behind a recall, a page of results must not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from rongshu.publishing.queries.shown import sites_showing
from rongshu.search.engines.port import Hit
from rongshu.search.loading.resources import KIND as RESOURCE
from rongshu.search.queries.names import NamedSite, site_named
from rongshu.search.sources import thing_of


def places_now(hits: Iterable[Hit]) -> dict[str, list[tuple[NamedSite, Mapping[str, str]]]]:
    """Return by hit where readers find it now, the canonical place first; what is nowhere is left out."""
    found = list(hits)
    showing = sites_showing({thing_of(hit.id)[1] for hit in found if hit.source["kind"] == RESOURCE})
    places = {hit.id: list(_places(hit, showing)) for hit in found}
    return {id_: its_places for id_, its_places in places.items() if its_places}


def _places(
    hit: Hit, showing: Mapping[UUID, frozenset[UUID]]
) -> Iterable[tuple[NamedSite, Mapping[str, str]]]:
    is_resource = hit.source["kind"] == RESOURCE
    shown = {one.hex for one in showing.get(thing_of(hit.id)[1], ())} if is_resource else set()
    seen = set()
    for place in hit.source["places"]:
        site = site_named(place["site"])
        is_there = site is not None and site.is_online and (not is_resource or site.id in shown)
        if site is not None and is_there and site.id not in seen:
            seen.add(site.id)
            yield site, place
