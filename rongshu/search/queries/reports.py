"""What readers looked for: hot, rising, without result, seldom opened; by site, for whoever may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from rongshu.accounts.viewers import Viewer
from rongshu.search.models import QueryCount
from rongshu.sites.models import Site

REPORTS: Final = {
    "hot": "热门检索词", "rising": "上升最快", "nothing": "无结果检索词", "unopened": "少有人点开",
}  # fmt: skip
READING: Final = ("statistics.read", "search.manage")
MOST: Final = 500
# Below this, nobody can say that what was found was not worth opening.
_LEAST_ASKED: Final = 5
_READ: Final = 20_000
_SELDOM: Final = 0.2
Kind = QueryCount.Kind


@dataclass(frozen=True, slots=True)
class QueryLine:
    """One query in a period. `before` is how often it was asked in the period of the same length before."""

    text: str
    asked: int
    nothing: int
    opened: int
    before: int = 0

    @property
    def opened_share(self) -> float:
        """Opened results by search; may exceed 1."""
        return self.opened / self.asked if self.asked else 0.0

    @property
    def rise(self) -> int:
        """How much more often it was asked than before."""
        return self.asked - self.before


@dataclass(frozen=True, slots=True)
class Period:
    """From a day until a day, both included."""

    first: date
    last: date

    @property
    def before(self) -> Period:
        """The period of the same length that ends where this one begins."""
        length = self.last - self.first
        return Period(self.first - length - timedelta(days=1), self.first - timedelta(days=1))


def reported_sites(viewer: Viewer) -> QuerySet[Site]:
    """Return the sites whose searches the viewer may read."""
    return _sites_with(viewer, READING)


def managed_sites(viewer: Viewer) -> QuerySet[Site]:
    """Return the sites whose words the viewer may change."""
    return _sites_with(viewer, ("search.manage",))


def report(viewer: Viewer, kind: str, period: Period, site_id: UUID | None = None) -> list[QueryLine]:
    """Return the lines of a report, at most `MOST`, of one site or of all that are the viewer's."""
    lines = _lines(viewer, period, site_id)
    if kind == "rising":
        earlier = {one.text: one.asked for one in _lines(viewer, period.before, site_id)}
        risen = [_with_before(one, earlier.get(one.text, 0)) for one in lines]
        return sorted((one for one in risen if one.rise > 0), key=lambda one: (-one.rise, one.text))[:MOST]
    if kind == "nothing":
        fruitless = (one for one in lines if one.nothing)
        return sorted(fruitless, key=lambda one: (-one.nothing, one.text))[:MOST]
    if kind == "unopened":
        found = (one for one in lines if one.asked - one.nothing >= _LEAST_ASKED)
        seldom = (one for one in found if one.opened_share < _SELDOM)
        return sorted(seldom, key=lambda one: (one.opened_share, -one.asked, one.text))[:MOST]
    return lines[:MOST]


def _lines(viewer: Viewer, period: Period, site_id: UUID | None) -> list[QueryLine]:
    sites = reported_sites(viewer)
    rows = QueryCount.objects.filter(
        day__gte=period.first,
        day__lte=period.last,
        site__in=sites.filter(pk=site_id) if site_id else sites,
    )
    counts = rows.values("text").annotate(
        asked=Sum("count", filter=Q(kind=Kind.ASKED), default=0),
        nothing=Sum("count", filter=Q(kind=Kind.NOTHING), default=0),
        opened=Sum("count", filter=Q(kind=Kind.OPENED), default=0),
    )
    asked = counts.filter(asked__gt=0).order_by("-asked", "text")[:_READ]
    return [QueryLine(row["text"], row["asked"], row["nothing"], row["opened"]) for row in asked]


def _with_before(line: QueryLine, before: int) -> QueryLine:
    return QueryLine(line.text, line.asked, line.nothing, line.opened, before)


def _sites_with(viewer: Viewer, capabilities: Sequence[str]) -> QuerySet[Site]:
    if viewer.holds_on_platform(*capabilities):
        return Site.objects.order_by("name")
    sites = [pk for pk in viewer.site_ids if any(viewer.may(one, site_id=pk) for one in capabilities)]
    owners = {pk for one in capabilities for pk in viewer.organizations_with(one)}
    return Site.objects.filter(Q(pk__in=sites) | Q(sponsor_id__in=owners)).order_by("name")
