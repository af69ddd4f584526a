"""What the clock does to sites and placements: the deeds of the due-table, each looking at the present."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from rongshu.foundation.audit import Clock, acting_via, record
from rongshu.foundation.clock import now
from rongshu.foundation.due import register_deed
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.foundation.models import Work
from rongshu.foundation.work import RECALL, WorkRequest, enqueue, fail, finish, take
from rongshu.sites.actions.approve_placement import lock
from rongshu.sites.actions.change_status import OFFLINE_ENDS, take_step
from rongshu.sites.actions.close_site import CLOSING_DUE, close_site
from rongshu.sites.life_cycle import StepRequest
from rongshu.sites.models import Placement, Site
from rongshu.sites.placing import BEGIN, END, settle, tell
from rongshu.sites.queries.sites import announced_closing, present_status_change

CLOSING_QUEUE: Final = "closing"
_CLOCK: Final = Clock()


def register_clockwork() -> None:
    """Make the deeds known to the due-table."""
    register_deed(BEGIN, settle_placement)
    register_deed(END, settle_placement)
    register_deed(OFFLINE_ENDS, end_offline)
    register_deed(CLOSING_DUE, ask_for_closing)


def settle_placement(placement_id: UUID, due_at: datetime) -> None:
    """Begin or end a placement whose time has come."""
    placement = Placement.objects.filter(pk=placement_id).exclude(state=Placement.State.REMOVED).first()
    if placement is None:
        return
    placement = lock(placement)
    before = placement.state
    events = settle(placement, placement.resource, placement.column, due_at=due_at)
    if placement.state != before:
        record(_CLOCK, f"placement.{placement.state}", placement, due=due_at.isoformat())
        tell(events, None)


def end_offline(site_id: UUID, due_at: datetime) -> None:
    """Bring a site back when its temporary closure is over."""
    site = Site.objects.filter(pk=site_id, status=Site.Status.OFFLINE).first()
    change = present_status_change(site) if site else None
    if (
        site is not None
        and change is not None
        and change.until is not None
        and change.until <= max(now(), due_at)
    ):
        request = StepRequest(max(now(), due_at), reason="临时下线期满")
        take_step(actor=_CLOCK, site=site, name="bring-online", request=request)


def ask_for_closing(site_id: UUID, due_at: datetime) -> None:
    """Ask the worker to archive and close a site: archiving takes longer than a transaction may."""
    site = Site.objects.filter(pk=site_id).first()
    if site is not None and announced_closing(site) is not None:
        enqueue([WorkRequest(CLOSING_QUEUE, str(site_id), priority=RECALL)])


def close_announced_sites() -> bool:
    """Close the sites whose notice has stood; one that fails stays visible and is tried again."""
    waiting = take(CLOSING_QUEUE, "", limit=5)
    if not waiting:
        return False
    try:
        with hold(f"queue/{CLOSING_QUEUE}", seconds=600), acting_via("clock"):
            return sum(_close(work) for work in waiting) > 0
    except LeaseHeld:
        return False


def _close(work: Work) -> bool:
    site = Site.objects.filter(pk=work.key).exclude(status=Site.Status.CLOSED).first()
    try:
        if site is not None and announced_closing(site) is not None:
            close_site(actor=_CLOCK, site=site)
    except Exception as error:  # noqa: BLE001 - whatever it is, the site stays open and the row tells why
        fail(work, error)
        return False
    finish([work])
    return True
