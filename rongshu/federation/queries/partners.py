"""Partners: who they are, and whether it is their time of day."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from rongshu.accounts.viewers import Viewer
from rongshu.federation.models import Partner
from rongshu.federation.permissions import may_manage_federation
from rongshu.foundation import clock
from rongshu.foundation.guards import get_one


def partners_for(viewer: Viewer) -> QuerySet[Partner]:
    """Return the partners: they are the business of who manages the federation."""
    return Partner.objects.all() if may_manage_federation(viewer) else Partner.objects.none()


def get_partner_for(viewer: Viewer, partner_id: UUID) -> Partner:
    """Return a partner, or raise `NotFound`."""
    return get_one(partners_for(viewer), pk=partner_id)


def partners_to_pull(at: datetime) -> list[Partner]:
    """Return the partners to ask now: those that hinted first, then those whose time has come.

    A hint that came while its partner was asked has been overtaken by when to ask next; it counts all the
    same, unless asking fails at present.
    """
    is_hinted = Q(hinted_at__isnull=False, failures=0)
    asked = Partner.objects.filter(
        Q(next_poll_at__lte=at) | is_hinted,
        pulls=True,
        state__in=[Partner.State.ACTIVE, Partner.State.SILENT],
    )
    rows = sorted(asked, key=lambda each: (each.hinted_at is None, each.next_poll_at))
    return [partner for partner in rows if is_open_now(partner, at)]


def is_open_now(partner: Partner, at: datetime | None = None) -> bool:
    """Whether the window agreed with the partner is open; one that ends before it begins spans midnight."""
    begins, ends = partner.window_from, partner.window_until
    if begins is None or ends is None:
        return True
    now = timezone.localtime(at or clock.now()).time()
    return _is_within(now, begins, ends)


def _is_within(now: time, begins: time, ends: time) -> bool:
    return begins <= now < ends if begins <= ends else now >= begins or now < ends
