"""A province that stands for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rongshu.federation.tests.neighbourhood import standing_world
from rongshu.project.testing.stages import Stage
from rongshu.publishing.tests.world import World


@pytest.fixture(scope="module")
def standing(
    stage: Stage, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A province, made once for a file; a file that needs more in it adds it by a fixture of this name."""
    with django_db_blocker.unblock():
        stage.clear()
        with standing_world(tmp_path_factory.mktemp("node")) as world:
            yield world


@pytest.fixture
def world(standing: World, db: None) -> World:
    """The province, as it was before each test."""
    return standing
