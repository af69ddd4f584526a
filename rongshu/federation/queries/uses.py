"""Who uses which foreign resource where: its placements here, and what other nodes confirmed of ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.federation.models import ForeignResource, Partner
from rongshu.federation.permissions import may_manage_federation
from rongshu.sites.models import Placement

_GONE = (Placement.State.REMOVED, Placement.State.ENDED)


@dataclass(frozen=True, slots=True)
class PlacedAt:
    """Where a foreign resource stands here, since when and by whom."""

    site: str
    column: str
    since: datetime
    who: str
    state: str

    def __str__(self) -> str:
        return f"{self.site} · {self.column}"


def foreign_resources_for(viewer: Viewer) -> QuerySet[ForeignResource]:
    """Return what other nodes own and is in the library here."""
    rows = ForeignResource.objects.select_related("partner", "resource__effective_version", "resource__owner")
    return rows if may_manage_federation(viewer) else rows.none()


def only_used(rows: QuerySet[ForeignResource]) -> QuerySet[ForeignResource]:
    """Return those that stand in any column here."""
    return rows.filter(Exists(_placed().filter(resource=OuterRef("pk"))))


def places_of(resource_ids: Iterable[UUID]) -> dict[UUID, list[PlacedAt]]:
    """Return where these resources stand here."""
    rows = _placed().filter(resource_id__in=list(resource_ids))
    found: dict[UUID, list[PlacedAt]] = defaultdict(list)
    for one in rows.select_related("site", "column", "placed_by").order_by("created_at", "id"):
        who = one.placed_by.name if one.placed_by else ""
        state = Placement.State(one.state).label
        found[one.resource_id].append(
            PlacedAt(one.site.name, one.column.name, one.created_at, who, str(state))
        )
    return found


def names_of_nodes() -> dict[UUID, str]:
    """Return the names of the nodes we know."""
    return dict(Partner.objects.values_list("pk", "name"))


def _placed() -> QuerySet[Placement]:
    return Placement.objects.exclude(state__in=_GONE)
