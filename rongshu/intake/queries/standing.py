"""Where a migration stands between the first look and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rongshu.intake.models import IntakePaper, IntakeRun
from rongshu.intake.queries.chain import root_of, runs_in_chain
from rongshu.intake.queries.papers import newest_paper

Phase = IntakeRun.Phase
Stage = Literal["execution", "waiting", "test", "trial", "live"]


@dataclass(frozen=True, slots=True)
class GoLive:
    """What the switch of a run depends on: `may_switch` without a reason of its own."""

    stage: Stage
    test: IntakePaper | None
    is_fresh: bool
    may_switch: bool
    may_go_back: bool


def go_live_of(run: IntakeRun) -> GoLive:
    """Return where a run stands on its way to the switch."""
    root = root_of(run)
    test = newest_paper(root, IntakePaper.Kind.TEST)
    is_fresh = test is not None and is_tested_since_last_change(root, test)
    is_clean = test is not None and bool(test.content["is_clean"])
    return GoLive(
        _stage(root, test), test, is_fresh, is_fresh and is_clean and not root.is_switched, root.is_switched
    )


def is_tested_since_last_change(root: IntakeRun, test: IntakePaper) -> bool:
    """Whether nothing was brought after the test report was made, and nothing is under way."""
    runs = runs_in_chain(root)
    ended = [one.finished_at for one in runs if one.finished_at is not None]
    is_over = (
        all(one.phase in {Phase.FINISHED, Phase.WAITING} for one in runs) and root.phase == Phase.FINISHED
    )
    return is_over and test.at >= max(ended)


def _stage(root: IntakeRun, test: IntakePaper | None) -> Stage:
    if root.is_switched:
        return "live"
    if root.phase == Phase.FINISHED:
        return "trial" if test is not None else "test"
    return "waiting" if root.phase == Phase.WAITING else "execution"
