"""What writing and editing tells the console when the installation starts: menu, my day, long work."""

from __future__ import annotations

from django.urls import reverse

from rongshu.accounts.viewers import Viewer
from rongshu.console import menu, my_day
from rongshu.console.my_day import PanelItem, PanelItems, PanelStart
from rongshu.newsroom.bulk_submission import register_bulk_submission
from rongshu.newsroom.queries.drafting import unsaved_drafts
from rongshu.newsroom.queries.pieces import going_out_today
from rongshu.newsroom.queries.watermarks import KEEPS
from rongshu.sites.models import Placement

_ROWS = 8


def register_editing() -> None:
    """Register everything."""
    menu.register(
        menu.MenuEntry(menu.Section.NEWSROOM, "我的稿件", "newsroom-pieces", "resource.write", order=10)
    )
    menu.register(
        menu.MenuEntry(menu.Section.NEWSROOM, "写新稿件", "newsroom-new-piece", "resource.write", order=5)
    )
    menu.register(
        menu.MenuEntry(menu.Section.NEWSROOM, "稿件模板", "newsroom-templates", "resource.write", order=15)
    )
    menu.register(menu.MenuEntry(menu.Section.SETTINGS, "图片水印", "newsroom-watermarks", KEEPS, order=40))
    my_day.register(my_day.Panel("to-write", "正在写", 10, _to_write, "没有未保存的稿子。"))
    my_day.register(my_day.Panel("going-out", "即将发布", 40, _going_out, "没有定时发布的内容。"))
    register_bulk_submission()


def _to_write(viewer: Viewer) -> PanelItems | None:
    if not menu.may_anywhere(viewer, "resource.write"):
        return None
    drafts = unsaved_drafts(viewer)
    rows = [
        PanelItem(str(draft), reverse("newsroom-draft", args=[draft.pk]), draft.owner.name, draft.kept_at)
        for draft in drafts[:_ROWS]
    ]
    start = PanelStart("写新稿件", reverse("newsroom-new-piece"))
    return PanelItems(rows, drafts.count(), reverse("newsroom-pieces"), start)


def _title(place: Placement) -> str:
    version = place.resource.working_version
    return place.display_title or (version.title if version else "")


def _going_out(viewer: Viewer) -> PanelItems | None:
    if not menu.may_anywhere(viewer, "placement.write"):
        return None
    places = going_out_today(viewer)
    rows = [
        PanelItem(
            _title(place),
            reverse("newsroom-piece", args=[place.resource_id]),
            f"{place.site.name} · {place.column.name}",
            place.visible_from,
        )
        for place in places[:_ROWS]
    ]
    return PanelItems(rows, places.count())
