"""However often the indexer is killed, readers notice nothing and the index comes out right."""

from __future__ import annotations

from pathlib import Path

import pytest

from rongshu.search.tests.ordeal import prepared, undergo

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_readers_see_no_error_and_nothing_drifts(tmp_path: Path) -> None:
    with prepared(tmp_path / "data", 30) as place:
        outcome = undergo(place, seconds=40, kills=6, readers=2)
    assert outcome.kills == 6
    assert outcome.deeds > 0
    assert outcome.searches > 0
    assert outcome.is_flawless, outcome
