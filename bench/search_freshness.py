"""After how many seconds a change is found, and a recalled article gone: at rest, and during a rebuild.

    python -m bench.search_freshness [--articles 2000] [--turns 20] [--opensearch]

The indexer runs in a process of its own, as in `rongshu serve`. Target: 2 s.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rongshu.project.testing.installations import ScratchInstallation
from rongshu.search.tests.ordeal import PARTS, prepared

_TARGET = 2.0


def main() -> int:
    """Measure both, print a line for each kind of change."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--opensearch", action="store_true", help="on a private cluster instead of tantivy")
    options = parser.parse_args()
    with (
        TemporaryDirectory(prefix="rongshu-bench-") as folder,
        prepared(Path(folder) / "data", options.articles, on_opensearch=options.opensearch) as place,
        indexing(place),
    ):
        place.python("-m", PARTS, "probe", "1")  # the indexer is up
        worst = _probe("at rest", place, options.turns)
        with rebuilding(place):
            worst = max(worst, _probe("during a rebuild", place, options.turns))
    return int(worst > _TARGET)


def _probe(label: str, place: ScratchInstallation, turns: int) -> float:
    """Print median and worst of each kind of change; return the 95th percentile of the slowest kind."""
    took = json.loads(place.python("-m", PARTS, "probe", str(turns)).stdout.splitlines()[-1])
    worst = 0.0
    for kind, seconds in took.items():
        high = sorted(seconds)[int(len(seconds) * 0.95)]
        worst = max(worst, high)
        print(
            f"{label:18} {kind:9} p50 {statistics.median(seconds):5.2f}  p95 {high:5.2f}"
            f"  worst {max(seconds):5.2f} s",
            flush=True,
        )
    return worst


@contextmanager
def indexing(place: ScratchInstallation) -> Iterator[None]:
    """Let the indexer work; it is ended as a power cut would."""
    indexer = place.start("-m", PARTS, "index", log="indexer.log")
    try:
        yield
    finally:
        indexer.kill()
        indexer.wait()


@contextmanager
def rebuilding(place: ScratchInstallation) -> Iterator[None]:
    """Ask for one rebuild after the other."""
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.is_set():
            place.python("-m", PARTS, "rebuild")
            is_over.wait(5)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        is_over.set()
        asking.join()


if __name__ == "__main__":
    sys.exit(main())
