"""The column monitor (P5-07): how long each column has been without a new item, against its own limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from rongshu.accounts.viewers import Viewer
from rongshu.foundation import clock
from rongshu.foundation.rules import rule_value
from rongshu.sites.models import Column, Placement, Site
from rongshu.sites.queries.columns import columns_for

_Showing: Final = Placement.State.SHOWING
_WATCHED: Final = (Site.Status.ONLINE, Site.Status.OFFLINE)


@dataclass(frozen=True)
class Idleness:
    """A column and the last day something new appeared in it or below it; None where nothing ever did.

    `days_left` counts to the last day that keeps the limit; a negative one is a breach.
    """

    column: Column
    last_on: date | None
    idle_days: int
    days_left: int

    @property
    def is_breached(self) -> bool:
        """Whether the column has been idle for longer than it may."""
        return self.days_left < 0

    @property
    def overdue_days(self) -> int:
        """How many days beyond the limit."""
        return max(0, -self.days_left)

    @property
    def breaches_on(self) -> date:
        """The first day beyond the limit."""
        return clock.today() + timedelta(days=self.days_left + 1)


def idle_columns(viewer: Viewer, *, on: date | None = None) -> list[Idleness]:
    """Return the viewer's columns that breach their limit or will within the days of warning, worst first."""
    today = on or clock.today()
    warning = days_of_warning()
    quiet = _quiet(_watched(viewer), today, warning)
    found = (_idleness(column, last, today) for column, last in _with_last(quiet))
    return sorted((each for each in found if each.days_left <= warning), key=lambda each: each.days_left)


def idleness_of(columns: Iterable[Column]) -> dict[UUID, Idleness]:
    """Return how idle each of these columns is, by its id."""
    today = clock.today()
    rows = Column.objects.filter(pk__in=[column.pk for column in columns]).select_related("site")
    return {column.id: _idleness(column, last, today) for column, last in _with_last(rows)}


def days_of_warning() -> int:
    """Return how many days before a breach the alarm is given (rule `site.column_alarm`)."""
    value = rule_value("site.column_alarm")
    text = str(value["min_before"]) if isinstance(value, dict) else "3d"
    return int(text.removesuffix("d"))


def _watched(viewer: Viewer) -> QuerySet[Column]:
    """Columns readers see and expect something new in.

    What stands still by nature is not watched, nor a column that only gathers those below it.
    """
    columns = columns_for(viewer).filter(status=Column.Status.ACTIVE, site__status__in=_WATCHED)
    own = Placement.objects.filter(column=OuterRef("pk"), state=_Showing)
    return columns.exclude(update_class=Column.UpdateClass.STATIC).filter(~Exists(_below()) | Exists(own))


def _quiet(columns: QuerySet[Column], today: date, warning: int) -> QuerySet[Column]:
    """Those in which nothing new stands within their limit, less the days of warning.

    Asked limit by limit, so that a column with something new costs one look into its index.
    """
    limits = columns.order_by().values_list("max_idle_days", flat=True).distinct()
    after = {limit: today - timedelta(days=limit - warning - 1) for limit in limits}
    parts = [_quiet_since(limit, _midnight(day)) for limit, day in after.items()]
    return columns.filter(reduce(or_, parts)) if parts else columns.none()


def _quiet_since(limit: int, moment: datetime) -> Q:
    recent = Placement.objects.filter(column=OuterRef("pk"), state=_Showing, published_at__gte=moment)
    return Q(max_idle_days=limit) & Q(created_at__lt=moment) & Q(~Exists(recent))


def _with_last(columns: QuerySet[Column]) -> Iterator[tuple[Column, datetime | None]]:
    """Yield columns with the newest publication in them; what appears below a column renews it, too."""
    own = Placement.objects.filter(column=OuterRef("pk"), state=_Showing).order_by("-published_at")
    annotated: QuerySet[Any] = columns.select_related("site").annotate(
        last=Subquery(own.values("published_at")[:1]), has_below=Exists(_below())
    )
    for column in annotated:
        below = _last_below(column) if column.has_below else None
        yield column, max((last for last in (column.last, below) if last), default=None)


def _below() -> QuerySet[Column]:
    return Column.objects.filter(parent=OuterRef("pk")).exclude(status=Column.Status.CLOSED)


def _last_below(column: Column) -> datetime | None:
    below = Column.objects.filter(site_id=column.site_id, path__startswith=column.path).exclude(pk=column.pk)
    placed = Placement.objects.filter(column__in=below, state=_Showing)
    last: datetime | None = placed.aggregate(last=Max("published_at"))["last"]
    return last


def _idleness(column: Column, last: datetime | None, today: date) -> Idleness:
    """A column that never had anything counts from the day it was made."""
    last_on = timezone.localdate(last) if last else None
    idle = max(0, (today - (last_on or timezone.localdate(column.created_at))).days)
    return Idleness(column, last_on, idle, column.max_idle_days - idle)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
