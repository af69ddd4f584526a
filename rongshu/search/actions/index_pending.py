"""Indexing what is asked for, to the end: the door of commands, of intake and of tests."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from rongshu.foundation import work
from rongshu.foundation.consumers import advance_all
from rongshu.foundation.due import carry_out_due
from rongshu.foundation.sequencer import number_events
from rongshu.search.indexing.duties import INDEXER
from rongshu.search.indexing.planning import QUEUE

_PAUSE: Final = 0.1
# Another process holds the indexer's lease and gets nothing done: don't wait for it longer.
_PATIENCE: Final = 60.0


@dataclass(frozen=True)
class Indexed:
    """What is left: rows that failed and are tried again later, rows another process is at."""

    failing: int
    left: int


def index_pending() -> Indexed:
    """Follow the events and write what they ask for; where another indexer is at work, wait for it."""
    left, until = -1, time.monotonic() + _PATIENCE
    while True:
        moved = _follow() or INDEXER.run_once()
        now_left = sum(work.pending(QUEUE).values()) - work.failing(QUEUE).count()
        if not moved and not now_left:
            break
        if now_left != left:
            left, until = now_left, time.monotonic() + _PATIENCE
        if not moved:
            if time.monotonic() > until:
                break
            time.sleep(_PAUSE)
    INDEXER.close()
    return Indexed(work.failing(QUEUE).count(), max(now_left, 0))


def _follow() -> bool:
    moved = False
    while (carry_out_due() > 0) | (number_events() > 0) | (advance_all() > 0):
        moved = True
    return moved
