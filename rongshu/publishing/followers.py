"""What else is brought up to what was published where no worker does it: the index of the search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rongshu.foundation.worker import living_workers

_FOLLOWERS: Final[dict[str, Callable[[], object]]] = {}


def follow_publication(name: str, run: Callable[[], object]) -> None:
    """Run this after the command has published; called once per name from an AppConfig.ready."""
    _FOLLOWERS[name] = run


def run_followers() -> None:
    """Run all of them; with a worker alive nothing, it has begun already."""
    if not living_workers():
        for run in _FOLLOWERS.values():
            run()
