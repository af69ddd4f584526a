"""Close a site for good: announce it, wait, archive it, and lead readers to its successor."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import now
from rongshu.foundation.due import cancel, schedule
from rongshu.foundation.events import announce
from rongshu.sites.actions.change_status import OFFLINE_ENDS, take_step
from rongshu.sites.archiving import archive
from rongshu.sites.errors import ClosingNotAnnounced, SiteMalformed
from rongshu.sites.events import SiteStatusChanged
from rongshu.sites.life_cycle import STEPS, StepRequest, check_step
from rongshu.sites.models import Placement, Site, SiteStatusChange
from rongshu.sites.permissions import may_manage_site
from rongshu.sites.placing import hand_over_canonical, tell
from rongshu.sites.queries.sites import CLOSING, announced_closing

CLOSING_DUE = "site.closing"
_HANDED_OVER_AT_ONCE = 100


def announce_closing(
    *,
    actor: Actor,
    site: Site,
    reason: str,
    notice: str,
    closes_at: datetime,
    successor_url: str = "",
    document: str = "",
) -> Site:
    """Announce that a site closes, at least 30 days ahead; `successor_url` is where readers go afterwards."""
    if successor_url and not successor_url.startswith(("https://", "http://")):
        raise SiteMalformed("承接网址须为 http(s) 网址。", fields={"successor_url": "须为 http(s) 网址"})
    request = StepRequest(now(), reason, document, notice, closes_at)
    with transaction.atomic():
        site = take_step(actor=actor, site=site, name="announce-closing", request=request)
        if successor_url:
            site.successor_url = successor_url
            site.save(update_fields=["successor_url"])
        schedule(CLOSING_DUE, site.id, closes_at)
    return site


def revoke_closing(*, actor: Actor, site: Site, reason: str) -> Site:
    """Take the announcement back; the site stays as it is."""
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site.pk)
        require(may_manage_site(viewer_for(actor), site))
        if announced_closing(site) is None:
            raise ClosingNotAnnounced("该站点没有发布过关停公告，无需撤销。")
        SiteStatusChange.objects.create(
            site=site, from_status=CLOSING, to_status=site.status, reason=reason, person_id=actor.id, at=now()
        )
        cancel(CLOSING_DUE, site.id)
        record(actor, "site.revoke-closing", site, reason=reason)
        announce(
            SiteStatusChanged(site_id=site.id, from_status=CLOSING, to_status=site.status), actor_id=actor.id
        )
    return site


def close_site(*, actor: Actor, site: Site, reason: str = "公告期满") -> Site:
    """Close a site whose notice has stood: archived first, outside the transaction; then closed (P5-11).

    Its slug, code and domain stay taken by the record; its placements stay, but none is canonical any more.
    """
    site = Site.objects.get(pk=site.pk)
    require(may_manage_site(viewer_for(actor), site))
    check_step(STEPS["close"], site, StepRequest(now()))
    package = archive(site)
    with transaction.atomic():
        site = take_step(
            actor=actor, site=site, name="close", request=StepRequest(now(), reason, document=package)
        )
        cancel(OFFLINE_ENDS, site.id)
        cancel(CLOSING_DUE, site.id)
    _hand_over(actor, site)
    return site


def _hand_over(actor: Actor, site: Site) -> None:
    """Let the pages elsewhere of what was canonical here become canonical, some at a time."""
    elsewhere = Placement.objects.filter(
        resource_id=OuterRef("resource_id"), state=Placement.State.SHOWING
    ).exclude(site=site)
    leaving = Placement.objects.filter(Exists(elsewhere), site=site, is_canonical=True)
    while some := list(leaving[:_HANDED_OVER_AT_ONCE]):
        with transaction.atomic():
            Placement.objects.filter(pk__in=[placement.pk for placement in some]).update(is_canonical=False)
            for placement in some:
                tell(hand_over_canonical(placement.resource_id), actor.id)
