"""Run a command with a private two-node OpenSearch, named by RONGSHU_TEST_OPENSEARCH and SEARCH_URL.

    python scripts/with_opensearch.py pytest rongshu/search

Without Java or the distribution: a loud line, and a failure in CI.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from rongshu.project.testing.opensearch import HOSTS_VARIABLE, OpenSearchMissing, private_cluster


def main() -> int:
    """Run the command given, and return its exit code."""
    # So that the cluster's folder goes with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with private_cluster() as cluster:
            named = {HOSTS_VARIABLE: cluster.hosts, "SEARCH_URL": f"opensearch://{cluster.hosts}/rongshu"}
            return subprocess.run(sys.argv[1:], env={**os.environ, **named}, check=False).returncode
    except OpenSearchMissing as error:
        print(f"!!! {error} 跳过 OpenSearch 上的测试。", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
