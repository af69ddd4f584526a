"""工作台: panels of what waits for the person today, registered by the apps whose matter it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime

from rongshu.accounts.viewers import Viewer


@dataclasses.dataclass(frozen=True)
class PanelItem:
    """One row: what it is, where it leads, a short remark, and a moment."""

    title: str
    url: str
    note: str = ""
    when: datetime | None = None
    is_urgent: bool = False


@dataclasses.dataclass(frozen=True)
class PanelStart:
    """What a day begins with: its name, and the page where it is done."""

    label: str
    url: str


@dataclasses.dataclass(frozen=True)
class PanelItems:
    """The first rows of a panel, and how many there are; `url` leads to all, `start` to a new one."""

    rows: Sequence[PanelItem] = ()
    total: int = 0
    url: str = ""
    start: PanelStart | None = None


@dataclasses.dataclass(frozen=True)
class Panel:
    """A panel of the home page; one whose `items` answers None is not for this viewer."""

    code: str
    title: str
    order: int
    items: Callable[[Viewer], PanelItems | None]
    empty: str = "没有需要处理的事项。"


@dataclasses.dataclass(frozen=True)
class ShownPanel:
    """A panel with what one person sees in it."""

    panel: Panel
    items: PanelItems


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel, or replace the one with the same code; called from an AppConfig.ready."""
    _panels[panel.code] = panel


def panels_for(viewer: Viewer) -> list[ShownPanel]:
    """Return the panels of a person's day in their order."""
    found = []
    for panel in sorted(_panels.values(), key=lambda one: one.order):
        items = panel.items(viewer)
        if items is not None:
            found.append(ShownPanel(panel, items))
    return found
