"""Print the 108 requirements of docs/requirements.md, each with its state and the tests that prove it.

The states come from a test run (`pytest --conformance FILE`), never from a hand:
proven (all its tests passed), in part (all passed, and each says what is missing: `missing="…"`),
failing (one failed), not run (all skipped), no test.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path

REQUIREMENTS = Path(__file__).parent.parent / "docs" / "requirements.md"
LINE = re.compile(r"^\d+\. (P\d+-\d\d) (.+)$", re.MULTILINE)


def state_of(outcomes: dict[str, str]) -> str:
    """Return the state that the outcomes of a requirement's tests amount to."""
    if not outcomes:
        return "no test"
    if "failed" in outcomes.values():
        return "failing"
    if "passed" in outcomes.values():
        return "proven"
    return "in part" if "passed in part" in outcomes.values() else "not run"


def main() -> int:
    """Print a line per requirement and the count of each state; 1 when one fails."""
    recorded = json.loads(Path(sys.argv[1]).read_text())
    counts: Counter[str] = Counter()
    for code, text in LINE.findall(REQUIREMENTS.read_text()):
        outcomes = recorded.get(code, {})
        state = state_of(outcomes)
        counts[state] += 1
        tests = ", ".join(sorted(test.rpartition("/")[2] for test in outcomes))
        print(f"{code}  {state:8}  {text[:60]:60}  {tests}")
    print("  ".join(f"{state}: {count}" for state, count in sorted(counts.items())))
    return 1 if counts["failing"] else 0


if __name__ == "__main__":
    sys.exit(main())
