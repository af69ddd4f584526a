"""Who may take over what."""

from __future__ import annotations

from rongshu.accounts.viewers import Viewer
from rongshu.sites.models import Site


def may_run_intake(viewer: Viewer, site: Site) -> bool:
    """Whether the viewer may bring a legacy site into this one."""
    return viewer.may("intake.run", organization_id=site.sponsor_id, site_id=site.id)
