"""Who may manage neighbours, what they are given, and keys."""

from __future__ import annotations

from rongshu.accounts.viewers import Viewer


def may_manage_federation(viewer: Viewer) -> bool:
    """Whether the viewer may manage partners and keys: they speak for the whole installation."""
    return viewer.holds_on_platform("federation.manage")
