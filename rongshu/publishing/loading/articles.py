"""The pages of resources: articles and what their type makes of them, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

from rongshu.publishing import addresses
from rongshu.publishing.keys import PageKey, article_page
from rongshu.publishing.loading import documents, presentations
from rongshu.publishing.loading.bodies import referred_resources, resolve
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.entries import Reference, Shown, references
from rongshu.publishing.loading.materials import Material, Surroundings, load_surroundings
from rongshu.publishing.loading.pictures import carry_files
from rongshu.publishing.loading.reads import Reads
from rongshu.publishing.loading.rows import (
    PlacementRow,
    ResourceRow,
    VersionRow,
    bodies,
    placements_of,
    resource_rows,
    shown_version,
    versions_needed,
)
from rongshu.publishing.pages.models import FramedPage
from rongshu.sites.models import Placement

# A page of these stood here once; of the others nobody ever had the address.
_ONCE_SHOWN: Final = {Placement.State.SHOWING, Placement.State.ENDED, Placement.State.REMOVED}


class Loaded:
    """What is to lie at a page's key: a page, a mark that it is gone (no page), or nothing (no path)."""

    __slots__ = ("page", "path", "reads")

    def __init__(self, path: str, page: FramedPage | None, reads: Reads) -> None:
        self.path, self.page, self.reads = path, page, reads


def load_articles(context: SiteContext, resource_ids: Sequence[UUID]) -> dict[PageKey, Loaded]:
    """Load the pages of resources on a site."""
    placements = placements_of(resource_ids, context.site.id) if context.is_published else {}
    resources = resource_rows(placements)
    versions = versions_needed([row for rows in placements.values() for row in rows], resources)
    shown = {
        one: found
        for one in placements
        if one in resources and (found := _principal(placements[one], resources[one], versions))
    }
    around = load_surroundings(context, list(shown.values()))
    texts = bodies(found.version.id for found in shown.values())
    referred = references(context, [one for text in texts.values() for one in referred_resources(text)])
    pages: dict[PageKey, Loaded] = {}
    for one in resource_ids:
        if one in shown:
            loaded = _page(context, shown[one], texts.get(shown[one].version.id, ""), around, referred)
        else:
            loaded = _remains(resources.get(one), placements.get(one, []), context)
        pages[article_page(one)] = loaded
    return pages


def _principal(
    placements: Sequence[PlacementRow], resource: ResourceRow, versions: Mapping[UUID, VersionRow]
) -> Shown | None:
    """The placement an article page stands for: the canonical one, else the oldest that shows."""
    for placement in sorted(placements, key=lambda row: not row.is_canonical):
        version = shown_version(placement, resource, versions)
        if placement.state == Placement.State.SHOWING and version and resource.address:
            return Shown(placement, resource, version, addresses.article_path(resource.address))
    return None


def _remains(
    resource: ResourceRow | None, placements: Sequence[PlacementRow], context: SiteContext
) -> Loaded:
    """What stays of a page that does not show: a mark that something stood here, else nothing."""
    stood = any(row.state in _ONCE_SHOWN for row in placements)
    if resource is None or not resource.address or not stood:
        return Loaded("", None, Reads())
    reads = Reads()
    reads.resource(resource.id)
    return Loaded(addresses.article_path(resource.address) + addresses.GONE_SUFFIX, None, reads)


_BUILDERS: Final[Mapping[str, Callable[[Material], FramedPage]]] = {
    "policy-document": documents.policy_document,
    "interpretation": documents.article,
    "leader": presentations.leader,
    "institution": presentations.institution,
    "topic": presentations.topic,
}


def _page(
    context: SiteContext,
    shown: Shown,
    body: str,
    around: Surroundings,
    referred: Mapping[UUID, Reference],
) -> Loaded:
    reads = Reads()
    reads.resource(shown.resource.id)
    reads.column(shown.placement.column_id)
    files = carry_files(shown.version, reads)
    material = Material(
        context=context,
        shown=shown,
        column=context.column_frame(shown.placement.column_id),
        body_html=resolve(body, context, reads, files, referred),
        files=files,
        reads=reads,
        around=around,
    )
    build = _BUILDERS.get(shown.resource.presentation, documents.article)
    return Loaded(shown.url, build(material), reads)
