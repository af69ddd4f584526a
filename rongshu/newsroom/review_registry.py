"""What review tells the console when the installation starts: menu and my day."""

from __future__ import annotations

from django.urls import reverse

from rongshu.accounts.viewers import Viewer
from rongshu.console import menu, my_day
from rongshu.console.keyset import count_up_to
from rongshu.console.my_day import PanelItem, PanelItems
from rongshu.console.one_page import asked_once
from rongshu.foundation import clock
from rongshu.library.models import Resource
from rongshu.library.queries.links import Link, register_links
from rongshu.newsroom.models import Review, ReviewStep
from rongshu.newsroom.queries.reviews import (
    STEP_CAPABILITIES,
    inbox,
    returned_to,
    waiting_to_publish,
    with_urgings,
)
from rongshu.newsroom.queries.standing import standing_of
from rongshu.newsroom.queries.statistics import STATISTICS

_ROWS = 8
_MOST = 999
_PUBLISH = ("piece.publish", "review.final")


def register_review_screens() -> None:
    """Register everything."""
    entry, section = menu.MenuEntry, menu.Section.NEWSROOM
    menu.register(entry(section, "待我审核", "newsroom-inbox", STEP_CAPABILITIES, order=20, count=_waiting))
    menu.register(entry(section, "待发布", "newsroom-ready", _PUBLISH, order=22, count=_ready))
    menu.register(entry(section, "审核记录", "newsroom-reviews", "resource.read", order=24))
    menu.register(entry(section, "撤稿记录", "newsroom-recalls", "resource.withdraw", order=30))
    erasing = ("resource.purge", "resource.purge-confirm")
    menu.register(entry(section, "彻底清除", "newsroom-purges", erasing, order=32))
    menu.register(entry(section, "审核流程", "newsroom-flows", "flow.manage", order=60))
    menu.register(entry(section, "重要保障期", "newsroom-key-periods", "flow.manage", order=62))
    menu.register(entry(section, "转载来源", "newsroom-exempt-sources", "flow.manage", order=64))
    menu.register(entry(menu.Section.FIGURES, "统计", "newsroom-statistics", STATISTICS, order=10))
    register_links(_links)
    my_day.register(my_day.Panel("returned", "退回给我", 15, _returned, "没有退回的稿件。"))
    my_day.register(my_day.Panel("to-review", "待我审核", 20, _to_review, "没有等您办理的稿件。"))
    my_day.register(my_day.Panel("to-publish", "待发布", 30, _to_publish, "没有等待发布的稿件。"))


def _links(viewer: Viewer, resource: Resource) -> list[Link]:
    """The ways from a resource to its piece, to its case under way, and to its recall."""
    standing = standing_of(viewer, resource)
    links = [Link("稿件与审核", reverse("newsroom-piece", args=[resource.pk]), "writing")]
    if standing.cases:
        form = reverse("newsroom-review-form", args=[standing.cases[0].pk])
        links.append(Link("审核表", form, "file-text"))
    if standing.may_recall:
        address = reverse("newsroom-recall", args=[resource.pk])
        links.append(Link("一键撤稿", address, "ban", is_dangerous=True))
    if standing.recall is not None:
        links.append(Link("恢复发布", reverse("newsroom-restore-recall", args=[standing.recall.pk])))
    return links


def _waiting(viewer: Viewer) -> int:
    return asked_once(("reviews waiting", viewer.person_id), lambda: count_up_to(inbox(viewer), _MOST))


def _ready(viewer: Viewer) -> int:
    return asked_once(
        ("ready to publish", viewer.person_id), lambda: count_up_to(waiting_to_publish(viewer), _MOST)
    )


def _to_review(viewer: Viewer) -> PanelItems | None:
    if not any(menu.may_anywhere(viewer, each) for each in STEP_CAPABILITIES):
        return None
    steps, now = with_urgings(inbox(viewer)), clock.now()
    rows = [
        PanelItem(
            step.review.version.title, _address(step.review), _note_of(step), step.due_at,
            is_urgent=step.due_at < now or getattr(step, "is_urged", False),
        )
        for step in steps[:_ROWS]
    ]  # fmt: skip
    return PanelItems(rows, _waiting(viewer), reverse("newsroom-inbox"))


def _note_of(step: ReviewStep) -> str:
    urged = "已催办 · " if getattr(step, "is_urged", False) else ""
    return f"{urged}{step.name} · {step.review.owner.name}"


def _to_publish(viewer: Viewer) -> PanelItems | None:
    if not any(menu.may_anywhere(viewer, each) for each in _PUBLISH):
        return None
    cases = waiting_to_publish(viewer)
    rows = [
        PanelItem(one.version.title, _address(one), one.owner.name, one.publish_at) for one in cases[:_ROWS]
    ]
    return PanelItems(rows, _ready(viewer), reverse("newsroom-ready"))


def _returned(viewer: Viewer) -> PanelItems | None:
    if not menu.may_anywhere(viewer, "resource.write"):
        return None
    cases = returned_to(viewer)
    rows = [
        PanelItem(
            one.version.title, _address(one), one.last_act.comment if one.last_act else "", one.closed_at
        )
        for one in cases.select_related("last_act")[:_ROWS]
    ]
    return PanelItems(rows, count_up_to(cases, _MOST), reverse("newsroom-pieces"))


def _address(review: Review) -> str:
    return reverse("newsroom-review", args=[review.pk])
