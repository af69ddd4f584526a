"""Who uses which resource where: what is foreign, in our columns; what is ours, in those of other nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.federation.envelope import UPSERT
from rongshu.federation.models import ForeignResource, Partner, UseElsewhere
from rongshu.federation.permissions import may_manage_federation
from rongshu.federation.signing.proofs import moment
from rongshu.foundation.installation import this_installation
from rongshu.sites.models import Placement

Use = Mapping[str, Any]
"""A place that shows a resource, as docs/standards/federation/protocol.md writes it."""
_GONE: Final = (Placement.State.REMOVED, Placement.State.ENDED)


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


def uses_elsewhere_for(viewer: Viewer) -> QuerySet[UseElsewhere]:
    """Return what other nodes told of their use of our resources."""
    rows = UseElsewhere.objects.select_related("partner")
    return rows if may_manage_federation(viewer) else rows.none()


def uses_to_tell(partner: Partner, *, after: UUID | None, limit: int) -> tuple[list[Use], UUID | None]:
    """Return where the next resources that came from a partner are shown: here, and on the nodes behind us.

    Beside them the last of these resources, to go on after it; None where there are no more.
    """
    showing = Placement.objects.filter(resource=OuterRef("pk"), state=Placement.State.SHOWING)
    behind = _behind(partner).filter(resource_id=OuterRef("pk"))
    rows = ForeignResource.objects.filter(Exists(showing) | Exists(behind), partner=partner, kind=UPSERT)
    rows = rows.filter(pk__gt=after) if after else rows
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[: limit + 1])
    found = [*_shown_here(ids[:limit]), *_shown_behind(partner, ids[:limit])]
    return sorted(found, key=lambda use: str(use["resource"])), ids[limit - 1] if len(ids) > limit else None


def _shown_here(ids: list[UUID]) -> Iterable[Use]:
    this = this_installation()
    rows = Placement.objects.filter(resource_id__in=ids, state=Placement.State.SHOWING)
    for one in rows.select_related("site", "column", "resource").order_by("resource_id", "id"):
        yield {
            "resource": str(one.resource_id), "node": str(this.node_id), "name": this.name,
            "site": one.site.name, "column": one.column.name,
            "url": f"{one.site.base_url.rstrip('/')}/a/{one.resource.address}.html",
            "since": moment(one.created_at),
        }  # fmt: skip


def _shown_behind(partner: Partner, ids: list[UUID]) -> Iterable[Use]:
    for one in _behind(partner).filter(resource_id__in=ids).order_by("resource_id", "id"):
        yield {
            "resource": str(one.resource_id), "node": str(one.node), "name": one.node_name,
            "site": one.site, "column": one.column, "url": one.url, "since": moment(one.since),
        }  # fmt: skip


def _behind(partner: Partner) -> QuerySet[UseElsewhere]:
    """What others told us. Nobody is told what it said itself, or does itself: it would come back doubled."""
    return UseElsewhere.objects.exclude(Q(partner=partner) | Q(node=partner.pk))
