"""Look through a waiting batch before it is signed, so that its severe findings are known beforehand."""

from __future__ import annotations

from typing import Final

from django.urls import reverse

from rongshu.accounts.models import Person
from rongshu.console.models import LongWork
from rongshu.console.progress import WorkInHand, begin_work
from rongshu.intake.models import IntakeRun
from rongshu.library.queries.approvals import versions_to_make_effective
from rongshu.library.queries.holding_back import held_back

INSPECT: Final = "intake.inspect"
_AT_ONCE: Final = 50


def ask_for_inspection(*, actor: Person, run: IntakeRun) -> LongWork:
    """Begin to look through a run's batch in the background."""
    title = f"检查本批内容：{run.source}"
    return begin_work(actor=actor, kind=INSPECT, title=title, payload={"run": str(run.pk)}, unit="篇")


def inspect_batch(hand: WorkInHand) -> str:
    """Look through every version that the approval would make effective; the way of this kind of work."""
    run = IntakeRun.objects.select_related("batch").get(pk=hand.payload["run"])
    address = reverse("intake-run", args=[run.pk])
    if run.batch is None:
        return address
    ids = list(versions_to_make_effective(run.batch).order_by("pk").values_list("pk", flat=True))
    held = 0
    for start in range(0, len(ids), _AT_ONCE):
        portion = ids[start : start + _AT_ONCE]
        held += len(held_back(portion))
        hand.advance(start + len(portion), len(ids), f"有严重检查结果 {held} 篇" if held else "")
    return address
