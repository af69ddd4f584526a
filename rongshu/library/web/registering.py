"""What 信息资源库 puts into the console's menu and top bar."""

from __future__ import annotations

from rongshu.console import finding, menu
from rongshu.console.finding import Finder
from rongshu.console.menu import MenuEntry, Section

READING = ("resource.read", "resource.write", "resource.approve")


def register_screens() -> None:
    """Register the menu entries, and what the top bar finds."""
    from rongshu.library.web.resources import find_resources  # noqa: PLC0415 - it reads this module

    finding.register(Finder("resources", "信息资源", find_resources, order=20))
    menu.register(MenuEntry(Section.LIBRARY, "信息资源", "library-resources", READING, 10))
    menu.register(MenuEntry(Section.LIBRARY, "总览", "library-overview", READING, 20))
    menu.register(MenuEntry(Section.LIBRARY, "专题", "library-topics", READING, 30))
    menu.register(MenuEntry(Section.LIBRARY, "分类", "library-categories", READING, 40))
    menu.register(MenuEntry(Section.LIBRARY, "资源类型与字段", "library-types", READING, 50))
    menu.register(MenuEntry(Section.LIBRARY, "回收站", "library-bin", "resource.write", 90))
