"""OAI-PMH over a large library: processor time of a page at the beginning, in the middle and at the end.

    python -m bench.oai [--entries 1000000] [--pages 20] [--keep FOLDER]

As many effective resources as entries stand on two sites, written straight into the database with their
ledger. Pages are asked through the whole application, as a harvester does; a harvest is in the middle by the
token it would bear there. To reach: a page at the end costs what one at the beginning does.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from bench.installation import set_up


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--keep", type=Path, help="keeps the seeded installation for the next run")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="rongshu-bench-"))
    try:
        set_up(folder, measuring="bench.oai_pages").measure(options.entries, options.pages)
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
