"""kill -9 at random moments: nothing lost, nothing doubled, the output of an undisturbed run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def killed(data: Path, points: int, seed: int) -> dict[str, object]:
    """Run the killing in an installation of its own."""
    environment = {
        **os.environ,
        "RONGSHU_DATA": str(data),
        "RONGSHU_DEMO": "1",
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "rongshu.project.settings",
    }
    command = [sys.executable, "-m", "rongshu.publishing.tests.killed", str(points), str(seed)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return result


def test_a_killed_publisher_loses_and_doubles_nothing(tmp_path: Path) -> None:
    result = killed(tmp_path / "data", points=6, seed=1)
    assert result["different"] == []
    assert int(str(result["killed"])) >= 6


@pytest.mark.slow
def test_a_publisher_killed_two_hundred_times_loses_and_doubles_nothing(tmp_path: Path) -> None:
    result = killed(tmp_path / "data", points=200, seed=2)
    assert result["different"] == []
    assert int(str(result["killed"])) >= 200
