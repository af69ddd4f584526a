"""A province to publish, in folders of the test's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rongshu.publishing.tests.world import World


@pytest.fixture
def world(standing_world: World, settings: Any, tmp_path: Path) -> World:
    """Return 示范省 with two sites online; nothing is published yet."""
    settings.DEMONSTRATION = True
    settings.STORE_FOLDER = tmp_path / "store"
    settings.PUBLISHED_FOLDER = tmp_path / "www"
    settings.MANIFEST_FOLDER = tmp_path / "manifests"
    return standing_world
