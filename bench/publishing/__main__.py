"""Pages published per second, the time of one edit and of one recall, and the responder beside nginx.

    python -m bench.publishing full   [--articles 100000] [--sites 10] [--processes 2] [--hugo]
    python -m bench.publishing edit   [--library 1000000] [--sites 200] [--edits 100]
    python -m bench.publishing recall [--articles 100000] [--sites 10] [--recalls 20]
    python -m bench.publishing serve  [--articles 2000] [--seconds 10]

`--keep FOLDER` keeps the seeded installation for the next run of the same size. Targets on 2 cores:
2,500 pages/s within 1 GB (PSS of all processes) and half of Hugo's; p99 of an edit ≤ 1 s; a recall
during a full publication ≤ 5 s; 0.4 of nginx.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Final

from bench.installation import set_up
from bench.publishing.aside import sweep_up

_FIGURES: Final = ("full", "edit", "recall", "serve")


def main() -> None:
    """Measure what is asked for."""
    options = _options()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="rongshu-bench-"))
    try:
        set_up(folder, measuring=f"bench.publishing.{options.figure}").measure(options)
    finally:
        sweep_up(folder)
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("figure", choices=_FIGURES)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--library", type=int, default=20_000)
    parser.add_argument("--sites", type=int, default=10)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--edits", type=int, default=100)
    parser.add_argument("--recalls", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--hugo", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--keep", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
