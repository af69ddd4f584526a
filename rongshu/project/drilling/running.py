"""The drill from its first stage to its report; what is done already is not done again."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rongshu.project.drilling.checking import checks_of, figures_of
from rongshu.project.drilling.day import play_day
from rongshu.project.drilling.founding import fill_libraries, found_nodes, move_cities, move_half
from rongshu.project.drilling.joining import join_nodes, synchronise
from rongshu.project.drilling.old_sites import OldSites
from rongshu.project.drilling.report import STAGES, Check, write_report, written_report
from rongshu.project.drilling.scene import Scene
from rongshu.project.drilling.settling import come_to_rest

Stage = Callable[[Scene], dict[str, Any]]


@dataclass(frozen=True)
class Pace:
    """How much happens on the day, and how long the nodes are waited for."""

    turns: int = 20
    kills: int = 20
    most_seconds: float = 3600.0


def run_drill(
    scene: Scene, *, pace: Pace, report: Path, material: Path | None = None
) -> tuple[list[Check], Path]:
    """Run what is left of the drill, write the report; return what was checked, and the page of charts."""
    old = OldSites(scene, material)
    quiet: list[tuple[str, Stage]] = [
        ("found", found_nodes),
        ("move-1", partial(move_half, old=old, half=0)),
        ("move-2", partial(move_half, old=old, half=1)),
        ("move-cities", partial(move_cities, old=old)),
        ("fill", fill_libraries),
        ("join", join_nodes),
    ]
    served: list[tuple[str, Stage]] = [
        ("first", partial(synchronise, most_seconds=pace.most_seconds)),
        ("day", partial(play_day, turns=pace.turns, kills=pace.kills)),
        ("settle", partial(come_to_rest, most_seconds=pace.most_seconds)),
    ]
    try:
        for name, stage in quiet:
            _run(scene, name, stage)
        with ExitStack() as stack:
            if not {name for name, _ in served} <= set(scene.ledger.done):
                stack.enter_context(scene.serving())
            for name, stage in served:
                _run(scene, name, stage)
    except BaseException:
        # Hours may have gone into it: what was done so far is told, also of a drill that somebody stops.
        write_report(written_report(scene.ledger, [_unfinished(scene)], []), report)
        raise
    checks, figures = checks_of(scene.ledger.found), figures_of(scene.ledger.found)
    return checks, write_report(written_report(scene.ledger, checks, figures), report)


def _unfinished(scene: Scene) -> Check:
    done = "、".join(STAGES[name] for name in scene.ledger.done) or "无"
    return Check("演练全程完成", holds=False, details=f"中途停止，已完成的阶段：{done}")


def _run(scene: Scene, name: str, stage: Stage) -> None:
    if name in scene.ledger.done:
        return
    began = time.monotonic()
    found = stage(scene)
    took = round(time.monotonic() - began, 1)
    scene.ledger.note(name, **{**found, "seconds": took})
    scene.note(f"{STAGES[name]}：完成，用时 {took:,.0f} 秒")
