"""The column monitor (P5-07): which columns are out of date or will be, and the alarm of the day."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.menu import may_anywhere
from rongshu.console.my_day import PanelItem, PanelItems
from rongshu.console.pages import render_page
from rongshu.sites.queries.monitor import Idleness, days_of_warning, idle_columns

CAPABILITIES: Final = ("column.manage", "site.manage", "placement.write", "statistics.read")
_SHOWN_ON_THE_DAY: Final = 8
_SHOWN: Final = 500


@require_safe
def show_monitor(request: StaffRequest) -> HttpResponse:
    """Show every column of the viewer's that is out of date, or will be within the days of warning."""
    require(any(may_anywhere(request.viewer, one) for one in CAPABILITIES))
    found = idle_columns(request.viewer)
    breached = [each for each in found if each.is_breached]
    context = {
        "breached": breached[:_SHOWN],
        "due": [each for each in found if not each.is_breached][:_SHOWN],
        "totals": (len(breached), len(found) - len(breached)),
        "warning": days_of_warning(),
    }
    return render_page(request, "sites/monitor.html", context)


def panel_items(viewer: Viewer) -> PanelItems | None:
    """Return the columns that call for something new, for who may do something about it."""
    if not any(may_anywhere(viewer, one) for one in CAPABILITIES):
        return None
    found = idle_columns(viewer)
    rows = [_item(each) for each in found[:_SHOWN_ON_THE_DAY]]
    return PanelItems(rows, len(found), reverse("column-monitor"))


def _item(idle: Idleness) -> PanelItem:
    column = idle.column
    return PanelItem(
        title=f"{column.site.name} · {column.name}",
        url=reverse("column-content", args=[column.site.slug, column.pk]),
        note=sentence_of(idle),
        is_urgent=idle.is_breached,
    )


def sentence_of(idle: Idleness) -> str:
    """Say how late a column is, or how many days are left."""
    if idle.is_breached:
        return f"已超期 {-idle.days_left} 天（{idle.idle_days} 天未更新，限 {idle.column.max_idle_days} 天）"
    return f"还剩 {idle.days_left} 天（{idle.breaches_on:%m月%d日}起超期）"
