"""Writers, readers, and an indexer that is killed again and again: errors and drift in the end.

    python -m bench.search_kills [--minutes 10] [--kills 50] [--articles 500] [--opensearch]

Two writers and four readers work all the time in processes of their own; every fifth kill hits an indexer
that was just told to make the index anew. Target: no error to anybody, no drift.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from rongshu.search.tests.ordeal import prepared, undergo


def main() -> int:
    """Undergo it, print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--opensearch", action="store_true", help="on a private cluster instead of tantivy")
    options = parser.parse_args()
    with (
        TemporaryDirectory(prefix="rongshu-bench-") as folder,
        prepared(Path(folder) / "data", options.articles, on_opensearch=options.opensearch) as place,
    ):
        began = time.monotonic()
        outcome = undergo(place, seconds=60 * options.minutes, kills=options.kills)
        took = time.monotonic() - began
    print(
        f"{took:,.0f} s: {outcome.deeds:,} changes, {outcome.searches:,} searches, {outcome.kills} kills:"
        f" {len(outcome.errors)} errors; in the end {outcome.settled}"
    )
    for error in outcome.errors[:10]:
        print(error)
    return int(not outcome.is_flawless)


if __name__ == "__main__":
    sys.exit(main())
