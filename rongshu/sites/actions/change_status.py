"""Take a site one step on in its life: approve its opening, open it, take it offline and bring it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import now, today
from rongshu.foundation.due import cancel, schedule
from rongshu.foundation.events import announce
from rongshu.sites.events import SiteStatusChanged
from rongshu.sites.life_cycle import STEPS, Step, StepRequest, check_step
from rongshu.sites.models import Site, SiteStatusChange
from rongshu.sites.permissions import may_manage_site

OFFLINE_ENDS = "site.offline-ends"


def approve_opening(*, actor: Actor, site: Site, document: str = "") -> Site:
    """Record that the opening is approved; the site's 开办批准文件 names the paper."""
    return take_step(
        actor=actor, site=site, name="approve-opening", request=StepRequest(now(), document=document)
    )


def open_site(*, actor: Actor, site: Site) -> Site:
    """Put an approved site online; every registration it lacks is named (P1-03)."""
    return take_step(actor=actor, site=site, name="open", request=StepRequest(now()))


def take_offline(
    *, actor: Actor, site: Site, reason: str, notice: str, until: datetime, document: str = ""
) -> Site:
    """Take a site offline for a while: with a public notice, at most 30 days, once a year (P5-10)."""
    request = StepRequest(now(), reason, document, notice, until)
    with transaction.atomic():
        site = take_step(actor=actor, site=site, name="take-offline", request=request)
        schedule(OFFLINE_ENDS, site.id, until)
    return site


def bring_online(*, actor: Actor, site: Site, reason: str = "") -> Site:
    """Bring a site back before its time is over; when it is over, the clock does."""
    with transaction.atomic():
        site = take_step(
            actor=actor, site=site, name="bring-online", request=StepRequest(now(), reason=reason)
        )
        cancel(OFFLINE_ENDS, site.id)
    return site


def take_step(*, actor: Actor, site: Site, name: str, request: StepRequest) -> Site:
    """Take one step of `life_cycle.STEPS` after its guards hold."""
    step = STEPS[name]
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site.pk)
        require(may_manage_site(viewer_for(actor), site))
        check_step(step, site, request)
        before = site.status
        _write(actor, site, step, request)
        record(
            actor, f"site.{name}", site, reason=request.reason, document=request.document, clause=step.clause
        )
        announce(
            SiteStatusChanged(site_id=site.id, from_status=before, to_status=step.to_status),
            actor_id=actor.id,
        )
    return site


def _write(actor: Actor, site: Site, step: Step, request: StepRequest) -> None:
    SiteStatusChange.objects.create(
        site=site,
        from_status=site.status,
        to_status=step.to_status,
        reason=request.reason,
        document=request.document,
        notice=request.notice,
        until=request.until,
        person_id=actor.id,
        at=request.moment,
    )
    if step.to_status not in Site.Status.values:
        return
    site.status, site.status_changed_at = step.to_status, request.moment
    if step.to_status == Site.Status.ONLINE and site.opened_on is None:
        site.opened_on = today()
    site.save(update_fields=["status", "status_changed_at", "opened_on"])
