"""The responder's answers per second beside nginx on the same tree (both with two workers)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.publishing.seeding import seed_evenly
from bench.serving import compare
from rongshu.publishing.actions.publish_pending import publish_pending

if TYPE_CHECKING:
    from argparse import Namespace


def measure(options: Namespace) -> None:
    """Publish, then let both answer."""
    publish_pending(sites=seed_evenly(options), full=True, processes=options.processes)
    compare(options.seconds)
