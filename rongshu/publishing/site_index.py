"""The bare host's page: every site this installation serves."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from rongshu.foundation.models import Installation
from rongshu.publishing.pages.assets import asset_names
from rongshu.publishing.pages.models import IndexedSite, SiteIndexPage
from rongshu.publishing.pages.rendering import render
from rongshu.sites.models import Site


def site_index(environ: dict[str, Any]) -> str:
    """Return the page; a site is opened here (`?site=`), its own address stands beside it."""
    rows = Site.objects.filter(status__in=[Site.Status.ONLINE, Site.Status.OFFLINE]).order_by("type", "name")
    sites = tuple(
        IndexedSite(
            name=site.name,
            slug=site.slug,
            open_url=f"/?site={site.slug}",
            address=site.base_url.split("://")[-1].rstrip("/"),
            type=site.get_type_display(),
            status=site.get_status_display(),
        )
        for site in rows
    )
    installation = Installation.objects.filter(pk=1).first()
    page = SiteIndexPage(
        installation=installation.name if installation else "榕树",
        assets=asset_names(),
        sites=sites,
        is_demonstration=bool(getattr(settings, "DEMONSTRATION", False)),
    )
    return render(page)
