"""Fail when a model has no migration, in a throw-away data folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile


def main() -> int:
    """Run makemigrations --check away from any real state."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "RONGSHU_DATA": folder, "DATABASE_URL": ""}
        command = [sys.executable, "-m", "rongshu.project.cli", "makemigrations", "--check", "--dry-run"]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
