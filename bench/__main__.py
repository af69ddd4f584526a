"""Every figure of docs/measurements.md, each bench in a process of its own: `python -m bench [NAME …]`.

python -m bench              # the sizes at which the targets are stated: some hours, 60 GB of disk
python -m bench --quick      # a tenth of them
python -m bench admit serve  # some of them
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import Final

# name → (module and arguments at full size, the same for --quick)
BENCHES: Final[dict[str, tuple[list[str], list[str]]]] = {
    "admit": (["bench.admit", "--resources", "100000"], ["bench.admit", "--resources", "10000"]),
    "extraction": (["bench.extraction"], ["bench.extraction"]),
    "intake": (["bench.intake", "--articles", "5000"], ["bench.intake", "--articles", "500"]),
    "intake-batch": (
        ["bench.intake_batch"],
        ["bench.intake_batch", "--sites", "4", "--articles", "40", "--kills", "4"],
    ),
    "rendering": (["bench.rendering"], ["bench.rendering"]),
    "full": (
        ["bench.publishing", "full", "--articles", "100000", "--sites", "10", "--hugo"],
        ["bench.publishing", "full", "--articles", "10000", "--sites", "10", "--hugo"],
    ),
    "edit": (
        ["bench.publishing", "edit", "--library", "1000000", "--sites", "200", "--edits", "100"],
        ["bench.publishing", "edit", "--library", "20000", "--sites", "50", "--edits", "50"],
    ),
    "recall": (
        ["bench.publishing", "recall", "--articles", "100000", "--sites", "10", "--recalls", "20"],
        ["bench.publishing", "recall", "--articles", "10000", "--sites", "10", "--recalls", "10"],
    ),
    "legacy-sites": (
        ["bench.legacy_sites", "--articles", "500"],
        ["bench.legacy_sites", "--articles", "50"],
    ),
    "walking": (["bench.walking"], ["bench.walking", "--sites", "20"]),
    "federation": (
        ["bench.federation"],
        ["bench.federation", "--nodes", "4", "--records", "16000", "--changes", "20"],
    ),
    "oai": (["bench.oai"], ["bench.oai", "--entries", "100000"]),
    "signing": (["bench.signing"], ["bench.signing", "--records", "2000"]),
    "inspection": (["bench.inspection"], ["bench.inspection", "--words", "100000"]),
    "search": (["bench.search"], ["bench.search", "--documents", "100000"]),
    "search-engines": (
        ["bench.search_engines"],
        ["bench.search_engines", "--documents", "20000", "--queries", "100"],
    ),
    "search-freshness": (
        ["bench.search_freshness"],
        ["bench.search_freshness", "--articles", "200", "--turns", "10"],
    ),
    "search-kills": (
        ["bench.search_kills"],
        ["bench.search_kills", "--minutes", "1", "--kills", "5", "--articles", "50"],
    ),
    "serve": (["bench.publishing", "serve"], ["bench.publishing", "serve", "--seconds", "5"]),
}


def main() -> int:
    """Run the benches asked for, one after the other; return how many failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(BENCHES)}")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes")
    options = parser.parse_args()
    unknown = set(options.names) - set(BENCHES)
    if unknown:
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    failed = 0
    for name in options.names or BENCHES:
        command = BENCHES[name][1 if options.quick else 0]
        print(f"\n=== {name}: python -m {' '.join(command)}", flush=True)
        failed += subprocess.run([sys.executable, "-m", *command], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
