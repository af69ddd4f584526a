"""Where the console's menu shows the inspection."""

from __future__ import annotations

from rongshu.console.menu import MenuEntry, Section, register


def register_menu() -> None:
    """Register the entries."""
    register(MenuEntry(Section.SETTINGS, "内容检查词库", "inspection-dictionaries", "dictionary.manage", 40))
    register(MenuEntry(Section.SUPERVISION, "历史内容复查", "inspection-rescans", "dictionary.manage", 40))
