"""Delays between served nodes as the public notices them: to the sites and searches of others, and back."""

from __future__ import annotations

from pathlib import Path

from rongshu.project.drilling.checking import TARGETS
from rongshu.project.drilling.day import follow_changes
from rongshu.project.drilling.founding import fill_libraries, found_nodes
from rongshu.project.drilling.joining import join_nodes, synchronise
from rongshu.project.drilling.percentiles import percentile
from rongshu.project.drilling.plan import Drill
from rongshu.project.drilling.scene import Scene

_LONGEST = 3600.0  # seconds for the first synchronisation


def follow(folder: Path, cities: int, records: int, turns: int) -> None:
    """Let a province and so many cities serve, and print how long what happens in one takes to all others."""
    drill = Drill(nodes=cities + 1, sites=0, resources=records)
    scene = Scene(folder, drill, lambda what, done, left: None, note=lambda told: None)
    scene.ledger.note("found", **found_nodes(scene))
    fill_libraries(scene)
    join_nodes(scene)
    with scene.serving():
        synchronise(scene, most_seconds=_LONGEST)
        for what, seconds in follow_changes(scene, turns=turns).items():
            median, p95 = percentile(seconds, 0.5), percentile(seconds, 0.95)
            times = f"{median:6.2f} s p50 {p95:6.2f} s p95 of {len(seconds)}"
            print(f"{what}: {times}   (to reach: {TARGETS[what]:.0f})")
