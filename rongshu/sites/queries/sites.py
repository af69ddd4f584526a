"""Sites as a viewer may see them in the back office, and as the public finds them by host."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.change_marks import Kept
from rongshu.sites.errors import UnknownSite
from rongshu.sites.models import Column, Site, SiteStatusChange

CLOSING = "closing"


def sites_for(viewer: Viewer) -> QuerySet[Site]:
    """Return the sites that lie in the viewer's scopes."""
    if oversees_sites(viewer):
        return Site.objects.all()
    return Site.objects.filter(
        Q(id__among=viewer.site_ids | _kept_sites_with(viewer.column_ids))
        | Q(sponsor_id__among=viewer.organization_ids)
    )


def _read_sites_with(column_ids: frozenset[UUID]) -> frozenset[UUID]:
    columns = Column.objects.filter(pk__among=column_ids)
    return frozenset(columns.values_list("site_id", flat=True).distinct())


_kept_sites_with: Final = Kept("columns", read=_read_sites_with, most=200)


def oversees_sites(viewer: Viewer) -> bool:
    """Whether every site, and the columns it has, is the viewer's to see (not what stands in them)."""
    return viewer.holds_on_platform("resource.read", "site.manage", "column.manage", "person.manage")


def get_site_for(viewer: Viewer, slug: str) -> Site:
    """Return a site of the viewer's by its slug; what is not his is not found."""
    site = sites_for(viewer).filter(slug=slug).select_related("sponsor", "region").first()
    if site is None:
        raise UnknownSite(f"没有找到代号为“{slug}”的站点，或者您无权查看。")
    return site


def site_named(slug: str) -> Site:
    """Return any site by its slug: that a site exists is public. For doors use `get_site_for`."""
    site = Site.objects.filter(slug=slug).select_related("sponsor", "region").first()
    if site is None:
        raise UnknownSite(f"没有找到代号为“{slug}”的站点，请核对。")
    return site


def site_at_host(host: str) -> Site | None:
    """Return the site of a request's host: domain, Chinese domain (punycode too) or `<slug>.localhost`."""
    name = host.rsplit(":", 1)[0].strip(".").lower() if not host.endswith("]") else host
    if name.endswith(".localhost"):
        found = Site.objects.filter(slug=name.removesuffix(".localhost")).first()
        if found is not None:
            return found
    if not name:
        return None
    living = Site.objects.filter(Q(domain=name) | Q(domain_cn=_decoded(name)))
    # The domain of a closed site may belong to its successor by now.
    return living.exclude(status=Site.Status.CLOSED).first() or living.order_by("-status_changed_at").first()


def present_status_change(site: Site) -> SiteStatusChange | None:
    """Return the step that brought the site where it is (reason, notice, until), announcements left out."""
    return site.status_changes.filter(to_status=site.status).order_by("-at", "-id").first()


def announced_closing(site: Site) -> SiteStatusChange | None:
    """Return the newest announcement of the site's closing, as long as it is neither closed nor revoked."""
    newest = (
        site.status_changes.filter(Q(from_status=CLOSING) | Q(to_status=CLOSING))
        .order_by("-at", "-id")
        .first()
    )
    is_announced = newest is not None and newest.to_status == CLOSING and site.status != Site.Status.CLOSED
    return newest if is_announced else None


def _decoded(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host
