"""Where the console's menu and "my day" show the inspection."""

from __future__ import annotations

from typing import Final

from django.urls import reverse

from rongshu.accounts.viewers import Viewer
from rongshu.console.keyset import count_up_to
from rongshu.console.menu import MenuEntry, Section, register
from rongshu.console.my_day import Panel, PanelItem, PanelItems
from rongshu.console.my_day import register as register_panel
from rongshu.console.one_page import asked_once
from rongshu.inspection.queries.dictionaries import proposals_for
from rongshu.inspection.web.dictionaries import manages

_ROWS: Final = 8
_MOST: Final = 999
_KEEP: Final = "dictionary.manage"


def register_menu() -> None:
    """Register the entries."""
    register(MenuEntry(Section.SETTINGS, "内容检查词库", "inspection-dictionaries", _KEEP, 40))
    register(MenuEntry(Section.SETTINGS, "误报建议", "inspection-proposals", _KEEP, 42, count=_waiting))
    register(MenuEntry(Section.SUPERVISION, "历史内容复查", "inspection-rescans", _KEEP, 40))
    register_panel(Panel("proposed-exceptions", "误报建议", 45, _proposed, "没有等待处理的误报建议。"))


def _waiting(viewer: Viewer) -> int:
    return asked_once(
        ("proposed exceptions", viewer.person_id), lambda: count_up_to(proposals_for(viewer), _MOST)
    )


def _proposed(viewer: Viewer) -> PanelItems | None:
    """What editors marked as wrong, for who keeps the lists; nobody else has such a panel."""
    if not manages(viewer):
        return None
    here = reverse("inspection-proposals")
    rows = proposals_for(viewer).order_by("-created_at")[:_ROWS]
    items = [
        PanelItem(one.phrase, here, f"{one.created_by.name} · {one.organization.name}", one.created_at)
        for one in rows
    ]
    return PanelItems(items, _waiting(viewer), here)
