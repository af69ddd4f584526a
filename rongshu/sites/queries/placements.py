"""What stands in which column, for readers and for the people of a site."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.library.models import Resource
from rongshu.library.queries.usage import Use
from rongshu.sites.errors import UnknownPlacement
from rongshu.sites.models import Column, Placement, Site
from rongshu.sites.queries.columns import columns_read_by, with_columns_below

_State = Placement.State


def placements_showing(column: Column) -> QuerySet[Placement]:
    """Return what readers see in a column, oldest first: by (publication date, id) ascending."""
    return Placement.objects.filter(
        column=column, state=_State.SHOWING, resource__effective_version__isnull=False
    ).order_by("published_at", "id")


def canonical_placement(resource: Resource) -> Placement | None:
    """Return the placement whose address search engines are told: the first one still there."""
    return Placement.objects.filter(resource=resource, is_canonical=True).select_related("site").first()


def placements_for(viewer: Viewer) -> QuerySet[Placement]:
    """Return the placements in the viewer's columns, removed ones left out."""
    placements = Placement.objects.exclude(state=_State.REMOVED)
    if viewer.reads_everything:
        return placements
    return placements.filter(column__in=columns_read_by(viewer))


def placed_in_scope(viewer: Viewer) -> Q | None:
    """Return which resources stand, or wait, on the sites and in the columns the viewer was given."""
    if not viewer.reading_site_ids and not viewer.reading_column_ids:
        return None
    named = Q(site_id__among=viewer.reading_site_ids)
    named |= Q(column_id__among=with_columns_below(viewer.reading_column_ids))
    # By the row, not as a set: an editor of a thousand columns would read a million placements first.
    placed = Placement.objects.filter(named, resource=OuterRef("pk")).exclude(state=_State.REMOVED)
    return Q(Exists(placed))


def placed_on_site(site_id: UUID) -> Q:
    """Return which resources stand, or wait, on a site."""
    placed = Placement.objects.filter(site_id=site_id, resource=OuterRef("pk"))
    return Q(Exists(placed.exclude(state=_State.REMOVED)))


def get_placement_for(viewer: Viewer, placement_id: UUID) -> Placement:
    """Return a placement of the viewer's; what is not his is not found."""
    found = placements_for(viewer).filter(pk=placement_id)
    placement = found.select_related("site", "column", "resource").first()
    if placement is None:
        raise UnknownPlacement
    return placement


def placements_of(viewer: Viewer, resource: Resource) -> Iterator[Use]:
    """Yield where a resource stands: on public sites, and in the viewer's columns also what waits (P2-18)."""
    own = placements_for(viewer).filter(resource=resource)
    public = where_shown(resource).exclude(site__status__in=[Site.Status.PREPARING, Site.Status.APPROVED])
    for placement in (own | public).distinct().select_related("site", "column"):
        state = _State(placement.state).label
        label = f"{placement.site.name} · {placement.column.name}（{state}）"
        yield Use("placement", label, f"{placement.site.slug}:{placement.column.path}", placement.created_at)


def where_shown(resource: Resource) -> QuerySet[Placement]:
    """Return where readers see a resource now (P2-18); that is public."""
    placements = Placement.objects.filter(resource=resource, state=_State.SHOWING)
    return placements.select_related("site", "column").order_by("created_at", "id")


def ranked_placements(placements: QuerySet[Placement]) -> list[Placement]:
    """Return those of one column that stand first by hand, as page one has them: pins, then the order."""
    ranked = placements.filter(Q(pin__gt=0) | Q(manual_order__isnull=False))
    by_hand = F("manual_order").asc(nulls_last=True)
    return list(ranked.order_by("-pin", by_hand, "-published_at", "-id"))
