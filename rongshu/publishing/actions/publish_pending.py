"""Publishing what is asked for, to the end: the door of the command, of intake and of tests."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Final
from uuid import UUID

from rongshu.foundation import work
from rongshu.foundation.consumers import advance_all
from rongshu.foundation.due import carry_out_due
from rongshu.foundation.sequencer import number_events
from rongshu.publishing.errors import PagesFailed, PublisherBusy
from rongshu.publishing.planning import full_publication
from rongshu.publishing.publisher import Outcome, Progress, Publisher

_PAUSE: Final = 0.5


def publish_pending(
    *,
    sites: Collection[UUID] | None = None,
    full: bool = False,
    wait: bool = True,
    processes: int = 0,
    progress: Progress | None = None,
) -> Outcome:
    """Follow the events and publish what they ask for on these sites (all when None); return what was made.

    `full` asks for every page of the sites named first. Where another publisher holds a site, wait for
    it to finish (`wait`) or raise `PublisherBusy`. Raise `PagesFailed` when pages could not be made.
    """
    follow_events()
    if full and sites:
        work.enqueue(full_publication(sites))
    made = 0
    while True:
        outcome = Publisher(processes=processes, progress=progress).run(sites)
        made += outcome.made
        moved = follow_events()
        if not moved and not outcome.busy:
            break
        if outcome.busy and not wait:
            raise PublisherBusy
        if outcome.busy:
            time.sleep(_PAUSE)
    if outcome.failing:
        raise PagesFailed(fields={"pages": str(outcome.failing)})
    return Outcome(made, outcome.busy, outcome.failing)


def follow_events() -> bool:
    """Carry out what is due, number events and turn them into work; return whether there was anything."""
    moved = False
    while (carry_out_due() > 0) | (number_events() > 0) | (advance_all() > 0):
        moved = True
    return moved
