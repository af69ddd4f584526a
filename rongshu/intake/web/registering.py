"""What intake puts into the console's menu, onto the page of the day, and onto the list of long work."""

from __future__ import annotations

from django.urls import reverse

from rongshu.accounts.viewers import Viewer
from rongshu.console import menu, my_day
from rongshu.console.menu import MenuEntry, Section, may_anywhere
from rongshu.console.my_day import PanelItem, PanelItems
from rongshu.console.progress import register_work
from rongshu.intake.actions.begin_task import CARRY_TASK, carry_task_on
from rongshu.intake.actions.inspect_batch import INSPECT, inspect_batch
from rongshu.intake.actions.reread_pages import REREAD, reread_pages
from rongshu.intake.actions.sign_run import CARRY_ON, carry_on
from rongshu.intake.permissions import CAPABILITIES
from rongshu.intake.queries.signing import runs_to_sign
from rongshu.intake.web.going_live import PROVE, prove
from rongshu.intake.web.in_step import LOOK, look


def register_screens() -> None:
    """Register everything."""
    menu.register(MenuEntry(Section.NEWSROOM, "采集迁移", "intake-runs", CAPABILITIES, 50, _to_sign))
    my_day.register(my_day.Panel("batches", "待签发批次", 25, _batches, "没有等您签发的批次。"))
    register_work(CARRY_ON, carry_on)
    register_work(CARRY_TASK, carry_task_on)
    register_work(INSPECT, inspect_batch)
    register_work(REREAD, reread_pages)
    register_work(PROVE, prove)
    register_work(LOOK, look)


def _to_sign(viewer: Viewer) -> int:
    return len(runs_to_sign(viewer))


def _batches(viewer: Viewer) -> PanelItems | None:
    if not any(may_anywhere(viewer, one) for one in CAPABILITIES[1:]):
        return None
    runs = runs_to_sign(viewer)
    rows = [
        PanelItem(
            run.source,
            reverse("intake-run", args=[run.pk]),
            f"{run.site.name} · {run.batch.item_count if run.batch else 0} 篇",
            run.started_at,
        )
        for run in runs[:8]
    ]
    return PanelItems(rows, len(runs), reverse("intake-runs"))
