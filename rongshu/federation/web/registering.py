"""What the federation puts into the console's menu, onto the page of the day, and beside foreign records."""

from __future__ import annotations

from django.urls import reverse

from rongshu.accounts.viewers import Viewer
from rongshu.console import menu, my_day
from rongshu.console.menu import MenuEntry, Section
from rongshu.console.my_day import PanelItem, PanelItems
from rongshu.console.one_page import asked_once
from rongshu.federation.models import Offer, Report
from rongshu.federation.permissions import may_hand_over, may_manage_federation, may_take_errands
from rongshu.federation.queries.alarms import Alarm, alarms_for
from rongshu.federation.queries.errands import waiting_errands
from rongshu.federation.queries.origins import names_of_origins, origins_of_foreign, other_nodes_exist
from rongshu.library.queries.origins import OriginRegister, register_origins

_SHOWN = 8


def register_screens() -> None:
    """Register everything."""
    register_origins(OriginRegister(origins_of_foreign, names_of_origins, other_nodes_exist))
    menu.register(
        MenuEntry(
            Section.LIBRARY, "资源联通", "federation-partners", order=70, shown_to=may_manage_federation,
            count=lambda viewer: len(_present_alarms(viewer)),
        )
    )  # fmt: skip
    menu.register(
        MenuEntry(Section.LIBRARY, "报送与下发", "federation-reports", order=71, shown_to=_may_see_errands)
    )
    my_day.register(my_day.Panel("federation-alarms", "联通告警", 60, _alarms, "各节点联通正常。"))
    my_day.register(my_day.Panel("federation-errands", "待办报送与下发", 26, _errands))


def _may_see_errands(viewer: Viewer) -> bool:
    """Who manages the federation finds them beside the other pages of it."""
    return not may_manage_federation(viewer) and (may_hand_over(viewer) or may_take_errands(viewer))


def _present_alarms(viewer: Viewer) -> list[Alarm]:
    return asked_once(("federation alarms", viewer.person_id), lambda: alarms_for(viewer))


def _alarms(viewer: Viewer) -> PanelItems | None:
    if not may_manage_federation(viewer):
        return None
    alarms, everything = _present_alarms(viewer), reverse("federation-partners")
    rows = [
        PanelItem(
            f"{one.partner.name if one.partner else '本节点'}：{one.text}",
            reverse("federation-partner", args=[one.partner.pk]) if one.partner else everything,
            when=one.since,
            is_urgent=one.is_urgent,
        )
        for one in alarms[:_SHOWN]
    ]
    return PanelItems(rows, len(alarms), everything)


def _errands(viewer: Viewer) -> PanelItems | None:
    """Reports and offers are for who may place them; where there are none, the panel is not shown."""
    reports, offers = waiting_errands(viewer, Report), waiting_errands(viewer, Offer)
    count = reports.count() + offers.count()
    if not may_take_errands(viewer) or not count:
        return None
    rows = [
        PanelItem(one.title, reverse(f"federation-{name}", args=[one.pk]), one.partner.name, one.at)
        for name, some in (("report", reports[:_SHOWN]), ("offer", offers[:_SHOWN]))
        for one in some
    ]
    return PanelItems(rows[:_SHOWN], count, reverse("federation-reports"))
