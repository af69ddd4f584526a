"""Who may take over what, and whom its screens are for."""

from __future__ import annotations

from typing import Final

from rongshu.accounts.viewers import Viewer
from rongshu.sites.models import Site

# The first runs it; the others sign what it brings.
CAPABILITIES: Final = ("intake.run", "resource.approve", "review.first", "review.second", "review.final")


def may_run_intake(viewer: Viewer, site: Site) -> bool:
    """Whether the viewer may bring a legacy site into this one."""
    return viewer.may("intake.run", organization_id=site.sponsor_id, site_id=site.id)
