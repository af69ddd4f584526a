"""What was exchanged with each partner, month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from rongshu.accounts.viewers import Viewer
from rongshu.federation.models import Message, Offer, Partner, Quarantined, Report
from rongshu.federation.queries.partners import partners_for

_IN, _OUT = Message.Direction.IN, Message.Direction.OUT
_Kind = Message.Kind


@dataclass(frozen=True, kw_only=True)
class MonthLine:
    """One partner's month. Bytes are as they went over the line."""

    month: date
    partner: Partner
    received: int = 0
    given: int = 0
    quarantined: int = 0
    reports: int = 0
    offers: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    failed: int = 0


FIGURES = tuple(one.name for one in fields(MonthLine) if one.name not in {"month", "partner"})


def months(viewer: Viewer, first: date, last: date, partner_id: UUID | None = None) -> list[MonthLine]:
    """Return the months from the one of `first` to the one of `last`, newest first, partners by name."""
    partners = {one.pk: one for one in partners_for(viewer)}
    wanted = [partner_id] if partner_id in partners else [] if partner_id else list(partners)
    found: dict[tuple[date, UUID], dict[str, int]] = defaultdict(dict)
    for rows in (_messages(), _of(Quarantined.objects.all(), "quarantined"), _errands(Report, "reports"),
                 _errands(Offer, "offers")):  # fmt: skip
        for row in rows.filter(partner_id__in=wanted, **_between(first, last)):
            key = row.pop("month"), row.pop("partner_id")
            found[_day(key[0]), key[1]] |= {name: value or 0 for name, value in row.items()}
    lines = [MonthLine(month=month, partner=partners[one], **kept) for (month, one), kept in found.items()]
    return sorted(lines, key=lambda one: (-one.month.toordinal(), one.partner.name))


def total(lines: Sequence[MonthLine]) -> dict[str, int]:
    """Return the sums of all figures."""
    return {name: sum(getattr(one, name) for one in lines) for name in FIGURES}


# What messages amount to, over a month or a day. Of a pull that was refused in part, the rest came in.
SUMS: Final = {
    "received": Sum("count", filter=Q(direction=_IN, kind=_Kind.PULL) & ~Q(status=Message.Status.FAILED)),
    "given": Sum("count", filter=Q(kind=_Kind.SERVE)),
    "bytes_in": Sum("bytes", filter=Q(direction=_IN)),
    "bytes_out": Sum("bytes", filter=Q(direction=_OUT)),
    "failed": Count("pk", filter=Q(status__in=[Message.Status.FAILED, Message.Status.REFUSED])),
}


def _messages() -> Any:
    return _by_month(Message.objects.all()).annotate(**SUMS)


def _errands(model: type[Report] | type[Offer], name: str) -> Any:
    return _of(model._default_manager.all(), name)


def _of(rows: QuerySet[Any], name: str) -> Any:
    return _by_month(rows).annotate(**{name: Count("pk")})


def _by_month(rows: QuerySet[Any]) -> Any:
    return rows.annotate(month=TruncMonth("at")).values("month", "partner_id").order_by("month")


def _between(first: date, last: date) -> dict[str, datetime]:
    began = timezone.make_aware(datetime.combine(first.replace(day=1), time.min))
    following = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return {"at__gte": began, "at__lt": timezone.make_aware(datetime.combine(following, time.min))}


def _day(month: datetime) -> date:
    return timezone.localtime(month).date()
