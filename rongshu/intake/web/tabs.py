"""The pages of one run, as tabs above each of them."""

from __future__ import annotations

from typing import Final

from django.urls import reverse

from rongshu.accounts.viewers import Viewer
from rongshu.console.tabs import Tab
from rongshu.intake.models import IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.review import to_review

_OF_OPERATORS: Final = (
    ("intake-survey", "摸底与方案"),
    ("intake-review", "复核"),
    ("intake-reconciliation", "对账"),
    ("intake-live", "上线"),
)


def tabs_of(viewer: Viewer, run: IntakeRun, current: str) -> list[Tab]:
    """Return the pages of a run that are for this viewer."""
    tabs = [Tab("概况", reverse("intake-run", args=[run.pk]), current == "intake-run")]
    if may_run_intake(viewer, run.site):
        waiting = to_review(run).count()
        tabs += [
            Tab(
                label,
                reverse(name, args=[run.pk]),
                current == name,
                waiting if name == "intake-review" else 0,
            )
            for name, label in _OF_OPERATORS
        ]
    return tabs
