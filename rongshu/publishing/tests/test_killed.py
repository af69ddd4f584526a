"""kill -9 at random moments: nothing lost, nothing doubled, the output of an undisturbed run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rongshu.project.testing.installations import scratch_installation


def killed(data: Path, points: int, seed: int) -> dict[str, object]:
    """Run the killing in an installation of its own, on the database the tests run on."""
    with scratch_installation(data, has_tables=True) as place:
        done = place.python("-m", "rongshu.publishing.tests.killed", str(points), str(seed))
    result: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return result


@pytest.mark.slow
def test_a_killed_publisher_loses_and_doubles_nothing(tmp_path: Path) -> None:
    result = killed(tmp_path / "data", points=6, seed=1)
    assert result["different"] == []
    assert int(str(result["killed"])) >= 6


@pytest.mark.slow
def test_a_publisher_killed_two_hundred_times_loses_and_doubles_nothing(tmp_path: Path) -> None:
    result = killed(tmp_path / "data", points=200, seed=2)
    assert result["different"] == []
    assert int(str(result["killed"])) >= 200
