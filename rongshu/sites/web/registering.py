"""What 站点与栏目 puts into the console's menu and top bar, and onto the page of the day."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from rongshu.accounts.viewers import Viewer
from rongshu.console import finding, menu, my_day
from rongshu.console.finding import Finder, Found
from rongshu.console.menu import MenuEntry, Section, may_anywhere
from rongshu.console.my_day import PanelItem, PanelItems
from rongshu.console.working_place import SITE, PlaceKind, register_places
from rongshu.library.queries.query_words import query_in_words
from rongshu.sites.models import Column
from rongshu.sites.queries.columns import columns_for
from rongshu.sites.queries.selections import rules_to_sign
from rongshu.sites.queries.sites import sites_for
from rongshu.sites.queries.standards import KEEPS
from rongshu.sites.web import mandates, selections
from rongshu.sites.web.monitor import CAPABILITIES, panel_items

_SITE_WORK = ("site.manage", "column.manage", "placement.write", "placement.approve", "intake.run")


def register_screens() -> None:
    """Register the menu entries, the panel of the column monitor, and what the top bar finds."""
    menu.register(MenuEntry(Section.SITES, "站点", "sites", _SITE_WORK, 10))
    menu.register(MenuEntry(Section.SITES, "栏目更新监测", "column-monitor", CAPABILITIES, 20))
    rules = MenuEntry(
        Section.SITES, "自动归集规则", "column-selections", selections.CAPABILITIES, 30, _rules_to_sign
    )
    menu.register(rules)
    waiting = MenuEntry(
        Section.SITES, "委托审批", "mandates", mandates.CAPABILITIES, 40, mandates.count_to_sign
    )
    menu.register(waiting)
    to_sign = my_day.Panel("mandates", "待签署的委托", 36, mandates.panel_items, "没有等您签署的委托。")
    my_day.register(to_sign)
    menu.register(MenuEntry(Section.SITES, "栏目标准", "column-standards", KEEPS, 50))
    my_day.register(my_day.Panel("rules", "待批准的归集规则", 35, _waiting_rules, "没有等您批准的规则。"))
    my_day.register(my_day.Panel("columns", "栏目更新提醒", 60, panel_items, "各栏目都在更新期限内。"))
    register_places(PlaceKind(SITE, "站点", sites_for))
    finding.register(Finder("sites", "站点", _sites, order=30))
    finding.register(Finder("columns", "栏目", _columns, order=40))


def _rules_to_sign(viewer: Viewer) -> int:
    return len(rules_to_sign(viewer))


def _waiting_rules(viewer: Viewer) -> PanelItems | None:
    rules = rules_to_sign(viewer)
    rows = [
        PanelItem(
            f"{one.column.site.name} · {one.column.name}",
            reverse("column-selection", args=[one.pk]),
            query_in_words(one.query),
            one.created_at,
        )
        for one in rules[:8]
    ]
    return PanelItems(rows, len(rules), reverse("column-selections")) if rules else None


def _works_on_sites(viewer: Viewer) -> bool:
    return any(may_anywhere(viewer, one) for one in _SITE_WORK)


def _sites(viewer: Viewer, words: str, most: int) -> Sequence[Found]:
    if not _works_on_sites(viewer):
        return []
    rows = sites_for(viewer).filter(name__icontains=words).order_by("name")[:most]
    return [Found(one.name, reverse("site", args=[one.slug]), one.get_status_display()) for one in rows]


def _columns(viewer: Viewer, words: str, most: int) -> Sequence[Found]:
    if not _works_on_sites(viewer):
        return []
    open_columns = columns_for(viewer).filter(name__icontains=words).exclude(status=Column.Status.CLOSED)
    rows = open_columns.select_related("site").order_by("site__name", "path")[:most]
    return [
        Found(one.name, reverse("column-content", args=[one.site.slug, one.pk]), one.site.name)
        for one in rows
    ]
