"""The publisher's part of the worker: publish what is asked for, and look after what lies there."""

from __future__ import annotations

import os
from typing import Final

from rongshu.foundation.worker import register_duty
from rongshu.publishing.picturing import LANE as PICTURE_LANE
from rongshu.publishing.picturing import scale_next
from rongshu.publishing.publisher import Publisher
from rongshu.publishing.staging import Workshop
from rongshu.publishing.verifying import Sweeper

LANE: Final = "publishing"
SWEEP_LANE: Final = "sweep"
# Used by the publishing lane alone: frames and their rendered fragments outlive a run.
_WORKSHOP: Final = Workshop()


def register_publishing_duties() -> None:
    """Make the duties known to the worker; each in a lane of its own, for both may take long."""
    register_duty("publisher", publish_once, every=1, lane=LANE)
    register_duty("scaled-pictures", scale_next, every=2, lane=PICTURE_LANE, goes_first=True)
    register_duty("tree-sweep", Sweeper().run_once, every=1, lane=SWEEP_LANE)


def publish_once() -> bool:
    """Publish what is asked for; return whether there was anything."""
    return Publisher(processes=rendering_processes(), workshop=_WORKSHOP).run().made > 0


def rendering_processes() -> int:
    """How many processes render when there is much to do: one for each core, at most four."""
    return min(4, os.cpu_count() or 1)
