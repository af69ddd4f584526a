"""Column standards: those a site may take, and those a viewer keeps."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.guards import get_one
from rongshu.organizations.queries import ids_in_path
from rongshu.sites.models import ColumnStandard, Site

KEEPS = "column.manage"


def standards_for_site(site: Site) -> QuerySet[ColumnStandard]:
    """Return what is shipped, and what the site's sponsor and the units above it keep."""
    near = Q(owner__isnull=True) | Q(owner_id__in=ids_in_path(site.sponsor.path))
    return ColumnStandard.objects.filter(near).select_related("owner").order_by("owner__path", "code")


def get_standard_for_site(site: Site, code: str) -> ColumnStandard:
    """Return a standard the site may take; raise `NotFound` for any other."""
    return get_one(standards_for_site(site), pk=code)


def standards_for(viewer: Viewer) -> QuerySet[ColumnStandard]:
    """Return what is shipped, and what the units keep whose columns the viewer manages."""
    rows = ColumnStandard.objects.select_related("owner")
    if viewer.holds_on_platform(KEEPS):
        return rows
    return rows.filter(Q(owner__isnull=True) | Q(owner_id__among=viewer.organizations_with(KEEPS)))


def get_standard_for(viewer: Viewer, code: str) -> ColumnStandard:
    """Return a standard the viewer may look at; raise `NotFound` for any other."""
    return get_one(standards_for(viewer), pk=code)


def may_keep_standard(viewer: Viewer, standard: ColumnStandard) -> bool:
    """Whether the viewer may rename or drop it: one of a unit whose columns he manages."""
    return standard.owner_id is not None and viewer.may(KEEPS, organization_id=standard.owner_id)
