"""Where the console's menu shows the search."""

from __future__ import annotations

from rongshu.console.menu import MenuEntry, Section, register
from rongshu.search.permissions import may_manage_api_keys
from rongshu.search.queries.reports import READING


def register_menu() -> None:
    """Register the entries."""
    register(MenuEntry(Section.FIGURES, "检索分析", "search-report", READING, 40))
    register(MenuEntry(Section.SITES, "热词", "search-hot-words", "search.manage", 60))
    register(
        MenuEntry(Section.SETTINGS, "检索接口密钥", "search-keys", order=60, shown_to=may_manage_api_keys)
    )
    register(MenuEntry(Section.SETTINGS, "检索索引", "search-index", "platform.operate", 62))
    register(MenuEntry(Section.SITES, "检索推荐", "search-promotions", "search.manage", 61))
    register(MenuEntry(Section.SITES, "检索词汇", "search-words", "search.manage", 62))
