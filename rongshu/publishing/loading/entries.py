"""Rows of lists: from placements, or from resources that are referred to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from rongshu.library.queries.origins import Origin
from rongshu.publishing import addresses
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.pictures import title_image
from rongshu.publishing.loading.reads import Reads
from rongshu.publishing.loading.rows import (
    Joined,
    PlacementRow,
    PreparedJoin,
    ResourceRow,
    VersionRow,
    joined_of,
)
from rongshu.publishing.pages.models import Entry, Validity
from rongshu.sites.models import Placement


class Shown:
    """A resource as one site shows it: by which placement, in which version, at which address.

    `origin`: whose it is, when another node owns it.
    """

    __slots__ = ("origin", "placement", "resource", "url", "version")

    def __init__(
        self,
        placement: PlacementRow,
        resource: ResourceRow,
        version: VersionRow,
        url: str,
        origin: Origin | None = None,
    ) -> None:
        self.placement, self.resource, self.version, self.url = placement, resource, version, url
        self.origin = origin

    @property
    def title(self) -> str:
        """The placement's own title, else the version's."""
        return self.placement.display_title or self.version.title

    @property
    def origin_name(self) -> str:
        """Whose it is, in words; "" for our own."""
        return self.origin.name if self.origin else ""

    def entry(self, *, is_pinned: bool = False) -> Entry:
        """Return the row of a list."""
        elements, resource, version = self.version.elements, self.resource, self.version
        return Entry(
            title=self.title,
            url=self.url,
            published_at=resource.published_at or self.placement.published_at,
            summary=version.description,
            image=title_image(version),
            source=version.content_source,
            index_number=resource.index_number or resource.legacy_index_number,
            document_number=text_of(elements.get("DocNo")),
            issuer=text_of(elements.get("IssuingOrg")),
            written_on=day_of(elements.get("WrittenDate")),
            validity=validity_of(resource),
            is_pinned=is_pinned,
            origin=self.origin_name,
        )


def shown_by(found: Iterable[Joined]) -> list[Shown]:
    """Return what readers see of these, in their order; what shows nothing is left out."""
    return [shown for one in found if (shown := shown_of(one)) is not None]


def shown_of(one: Joined) -> Shown | None:
    """Return what readers see of one placement."""
    placement, resource, version, origin = one
    if not one.is_visible or version is None or resource.address is None:
        return None
    return Shown(placement, resource, version, addresses.article_path(resource.address), origin)


class Reference(NamedTuple):
    """A resource a page refers to: as this site shows it, else as the site of its canonical place does."""

    shown: Shown | None
    other_site_id: UUID | None
    is_placed_here: bool


def references(context: SiteContext, resource_ids: Iterable[UUID]) -> dict[UUID, Reference]:
    """Find where each resource can be read."""
    wanted = list(dict.fromkeys(resource_ids))
    if not wanted:
        return {}
    rows = joined_of(wanted, context.site.id)
    placed = {row.placement.resource_id for row in rows}
    here = by_id(shown_by(reversed(rows)))  # reversed, so that of several placements the oldest stays
    away = _canonical([one for one in wanted if one not in here])
    return {one: _reference(context, one, here.get(one), away.get(one), one in placed) for one in wanted}


def note(reads: Reads, resource_id: UUID, reference: Reference | None) -> Shown | None:
    """Note the read of a reference and return what it shows, if anything."""
    reads.resource(resource_id, is_placed_here=reference is not None and reference.is_placed_here)
    if reference and reference.other_site_id:
        reads.site(reference.other_site_id)
    return reference.shown if reference else None


def _canonical(resource_ids: Sequence[UUID]) -> dict[UUID, Shown]:
    if not resource_ids:
        return {}
    return by_id(shown_by(_CANONICAL.rows(resource_ids)))


_CANONICAL: Final = PreparedJoin(
    lambda resource_ids: Placement.objects.filter(
        resource_id__in=resource_ids, is_canonical=True, state=Placement.State.SHOWING
    ).order_by("id")
)


def _reference(
    context: SiteContext, resource_id: UUID, here: Shown | None, away: Shown | None, is_placed_here: bool
) -> Reference:
    if here is not None or away is None or away.placement.site_id == context.site.id:
        return Reference(here, None, is_placed_here)
    site = context.directory.sites.get(away.placement.site_id)
    if site is None or not site.is_online:
        return Reference(None, away.placement.site_id, is_placed_here)
    away.url = site.base_url.rstrip("/") + away.url
    return Reference(away, site.id, is_placed_here)


def by_id(found: Iterable[Shown]) -> dict[UUID, Shown]:
    """Index what is shown by its resource; of several the last stays."""
    return {shown.resource.id: shown for shown in found}


def validity_of(resource: ResourceRow) -> Validity | None:
    """The 时效性 of a resource, where it has one."""
    return Validity(resource.validity) if resource.validity else None


def text_of(value: Any) -> str:
    """An element as one line: several values are joined."""
    if isinstance(value, (list, tuple)):
        return " ".join(text_of(item) for item in value)
    return "" if value is None else str(value)


def day_of(value: Any) -> date | None:
    """An element that is a day."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
