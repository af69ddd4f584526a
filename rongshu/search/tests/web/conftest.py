"""A province with two sites, an index of its own, and nothing counted or kept from an earlier test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rongshu.publishing.hosts import HOSTS
from rongshu.publishing.tests.world import World, make_world
from rongshu.search.counting import COUNTS
from rongshu.search.queries.hot_words import forget_hot_words
from rongshu.search.queries.suggesting import forget_words


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> Iterator[World]:
    """Return 示范省 with two sites online; nothing is indexed yet."""
    settings.DEMONSTRATION = True
    for name in ("STORE_FOLDER", "PUBLISHED_FOLDER", "MANIFEST_FOLDER", "SEARCH_FOLDER"):
        setattr(settings, name, tmp_path / name.lower())
    made = make_world()
    _forget()
    yield made
    _forget()


def _forget() -> None:
    HOSTS.forget()
    COUNTS.take()
    forget_hot_words()
    forget_words()
