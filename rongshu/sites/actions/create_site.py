"""Found a site, in preparation."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import now
from rongshu.foundation.events import announce
from rongshu.organizations.models import Organization, Region
from rongshu.sites.errors import SiteMalformed, SlugTaken, UnitHasSite
from rongshu.sites.events import SiteChanged
from rongshu.sites.life_cycle import days_of, rule_of
from rongshu.sites.models import Site
from rongshu.sites.permissions import may_create_site, may_manage_site
from rongshu.sites.site_elements import CHANGEABLE, check, cleaned, missing_online


def create_site(
    *,
    actor: Actor,
    slug: str,
    name: str,
    domain: str,
    type: str,  # noqa: A002 - the element's name
    admin_level: str,
    sponsor: Organization,
    region: Region | None = None,
    base_url: str = "",
    **elements: Any,
) -> Site:
    """Found a site in preparation; `elements` are further ones of `site_elements.CHANGEABLE`."""
    given = cleaned({**elements, "name": name, "domain": domain.lower()})
    site = Site(
        slug=slug,
        type=type,
        admin_level=admin_level,
        sponsor=sponsor,
        region=region or sponsor.region,
        **given,
    )
    site.base_url = base_url.rstrip("/") or f"https://{site.domain}"
    with transaction.atomic():
        require(may_create_site(viewer_for(actor), sponsor.id))
        check(site)
        _check_unique(site)
        _check_reopening(site)
        site.save(force_insert=True)
        record(actor, "site.created", site, slug=slug, name=site.name)
        announce(SiteChanged(site_id=site.id), actor_id=actor.id)
    return site


def change_site(*, actor: Actor, site: Site, **elements: Any) -> Site:
    """Set elements of a site; what an online site must have can't be emptied."""
    given = cleaned(elements)
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site.pk)
        require(may_manage_site(viewer_for(actor), site))
        before = {name: str(getattr(site, name)) for name in given}
        for name, value in given.items():
            setattr(site, name, value.rstrip("/") if name == "base_url" else value)
        after = {name: str(getattr(site, name)) for name in given}
        if before == after:
            return site
        check(site)
        _check_unique(site)
        _check_still_complete(site)
        site.save()
        changed = {name: [before[name], after[name]] for name in given if before[name] != after[name]}
        record(actor, "site.changed", site, elements=changed)
        announce(SiteChanged(site_id=site.id), actor_id=actor.id)
    return site


def _check_unique(site: Site) -> None:
    others = Site.objects.exclude(pk=site.pk)
    if others.filter(slug=site.slug).exists():
        raise SlugTaken(f"站点代号“{site.slug}”已被使用，请换一个。", fields={"slug": "已被使用"})
    living = others.exclude(status=Site.Status.CLOSED)
    if living.filter(domain=site.domain).exists():
        raise SlugTaken(f"域名“{site.domain}”已被其他站点使用。", fields={"domain": "已被使用"})
    code = site.identification_code
    if code and others.filter(identification_code=code).exists():
        raise SlugTaken(f"网站标识码“{code}”已被其他站点使用。", fields={"identification_code": "已被使用"})
    # 47号: one unit opens at most one site.
    if not site.single_site_waiver and living.filter(sponsor=site.sponsor, single_site_waiver="").exists():
        raise UnitHasSite(fields={"single_site_waiver": CHANGEABLE["single_site_waiver"]})


def _check_reopening(site: Site) -> None:
    """A department's site that was closed is not opened again within a year (rules.md 1.7)."""
    apart = days_of(rule_of(site, "site.reopening")["min"])
    closed = Site.objects.filter(
        sponsor=site.sponsor, status=Site.Status.CLOSED, status_changed_at__gt=now() - apart
    )
    if site.type == Site.Type.DEPARTMENT and not site.single_site_waiver and closed.exists():
        raise UnitHasSite(
            f"该单位的网站关停未满 {apart.days} 天，原则上不得重新开设；确需开设的，请填写例外依据。"
        )


def _check_still_complete(site: Site) -> None:
    missing = missing_online(site)
    if site.status in {Site.Status.ONLINE, Site.Status.OFFLINE} and missing:
        raise SiteMalformed(f"已上线的站点不能清空：{'、'.join(missing.values())}。", fields=missing)
