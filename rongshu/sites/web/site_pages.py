"""What the pages of one site share: its tabs, the way back, and what this viewer may do here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse

from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_parts import State
from rongshu.console.pages import Crumb, render_page
from rongshu.console.tabs import Tab
from rongshu.library.queries.approvals import may_give_mandates
from rongshu.sites.models import Site
from rongshu.sites.permissions import may_arrange_site, may_keep_addresses, may_manage_site

CRUMBS: Final = (Crumb("站点", "sites"),)
_TONES: Final = {
    Site.Status.PREPARING: "info",
    Site.Status.APPROVED: "info",
    Site.Status.ONLINE: "well",
    Site.Status.OFFLINE: "warning",
    Site.Status.CLOSED: "quiet",
}


@dataclass(frozen=True)
class SitePowers:
    """What the viewer may do with a site."""

    manages: bool
    arranges: bool
    keeps_addresses: bool
    gives_mandates: bool


def powers_over(viewer: Viewer, site: Site) -> SitePowers:
    """Return what the viewer may do with the site."""
    return SitePowers(
        manages=may_manage_site(viewer, site),
        arranges=may_arrange_site(viewer, site),
        keeps_addresses=may_keep_addresses(viewer, site),
        gives_mandates=may_give_mandates(viewer, site.pk, site.sponsor_id),
    )


def state_of(site: Site) -> State:
    """Return the site's status as a cell."""
    return State(Site.Status(site.status).label, _TONES[Site.Status(site.status)])


def render_site_page(
    request: StaffRequest,
    site: Site,
    template: str,
    tab: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Render a page of a site under its tabs."""
    shown = site_context(request, site, tab) | dict(context or {})
    return render_page(request, template, shown, crumbs=CRUMBS, status=status)


def site_context(request: StaffRequest, site: Site, tab: str) -> dict[str, Any]:
    """Return what the tabs and the head of a site's page need."""
    powers = powers_over(request.viewer, site)
    return {"site": site, "state": state_of(site), "powers": powers, "tabs": _tabs(site, powers, tab)}


def _tabs(site: Site, powers: SitePowers, current: str) -> list[Tab]:
    pages = [
        ("概况", "site", True),
        ("栏目", "site-columns", True),
        ("导航", "site-navigation", powers.arranges),
        ("首页区块", "site-blocks", powers.arranges),
        ("主题", "site-theme", powers.arranges),
        ("旧网址", "site-addresses", powers.keeps_addresses),
        ("委托审批", "site-mandates", powers.gives_mandates),
        ("验证文件", "site-files", powers.manages),
    ]
    return [
        Tab(label, reverse(name, args=[site.slug]), name == current) for label, name, shown in pages if shown
    ]
