"""What 站点与栏目 puts into the console's menu and onto the page of the day."""

from __future__ import annotations

from rongshu.console import menu, my_day
from rongshu.console.menu import MenuEntry, Section
from rongshu.sites.web.monitor import CAPABILITIES, panel_items

_SITE_WORK = ("site.manage", "column.manage", "placement.write", "placement.approve", "intake.run")


def register_screens() -> None:
    """Register the menu entries and the panel of the column monitor."""
    menu.register(MenuEntry(Section.SITES, "站点", "sites", _SITE_WORK, 10))
    menu.register(MenuEntry(Section.SITES, "栏目更新监测", "column-monitor", CAPABILITIES, 20))
    my_day.register(my_day.Panel("columns", "栏目更新提醒", 60, panel_items, "各栏目都在更新期限内。"))
