"""Who may change the vocabulary, hot words and keys of the search, and read what was looked for."""

from __future__ import annotations

from rongshu.accounts.viewers import Viewer
from rongshu.sites.models import Site


def may_manage_vocabulary(viewer: Viewer, site: Site | None) -> bool:
    """Whether the viewer may change the words of a site; those of all sites (None) on the platform only."""
    if site is None:
        return viewer.holds_on_platform("search.manage")
    return viewer.may("search.manage", organization_id=site.sponsor_id, site_id=site.id)


def may_arrange_hot_words(viewer: Viewer, site: Site) -> bool:
    """Whether the viewer may say which hot words a site shows."""
    return may_manage_vocabulary(viewer, site)


def may_manage_api_keys(viewer: Viewer) -> bool:
    """Whether the viewer may give out keys of the interface: they search everything public."""
    return viewer.holds_on_platform("search.manage")


def may_rebuild_index(viewer: Viewer) -> bool:
    """Whether the viewer may have the index made anew."""
    return viewer.holds_on_platform("platform.operate")
