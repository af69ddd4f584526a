"""Who may manage neighbours, what they are given, and keys."""

from __future__ import annotations

from rongshu.accounts.viewers import Viewer


def may_manage_federation(viewer: Viewer) -> bool:
    """Whether the viewer may manage partners and keys: they speak for the whole installation."""
    return viewer.holds_on_platform("federation.manage")


def may_hand_over(viewer: Viewer) -> bool:
    """Whether the viewer may report resources up or offer them down: whose they are is asked for each."""
    return may_manage_federation(viewer) or viewer.holds_anywhere("resource.approve")


def may_take_errands(viewer: Viewer) -> bool:
    """Whether the viewer may put what partners propose into any column."""
    return may_manage_federation(viewer) or viewer.holds_anywhere("placement.write")
