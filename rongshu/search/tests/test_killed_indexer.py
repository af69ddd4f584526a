"""However often the indexer is killed, readers notice nothing and the index comes out right."""

from __future__ import annotations

from pathlib import Path

import pytest

from rongshu.project.testing.installations import scratch_installation
from rongshu.search.tests.ordeal import PARTS, undergo

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_readers_see_no_error_and_nothing_drifts(tmp_path: Path) -> None:
    with scratch_installation(tmp_path / "data") as place:
        place.python("-m", PARTS, "prepare", "30")
        outcome = undergo(place, seconds=40, kills=6, readers=2)
    assert outcome.kills == 6
    assert outcome.deeds > 0
    assert outcome.searches > 0
    assert outcome.is_flawless, outcome
