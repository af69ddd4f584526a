"""A province to search, with an index of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from rongshu.foundation.identifiers import new_id
from rongshu.publishing.tests.world import World, make_world
from rongshu.search.engines.choosing import INDEXES, engine
from rongshu.search.engines.opensearch.engine import OpenSearchEngine
from rongshu.search.indexing.duties import INDEXER


@pytest.fixture
def searching(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Keep the index in the test's own folder, or under its own prefix in the cluster of SEARCH_URL."""
    settings.SEARCH_FOLDER = tmp_path / "search"
    if settings.SEARCH_URL:
        settings.SEARCH_URL = f"{settings.SEARCH_URL.rstrip('/')}-{new_id().hex}"
    INDEXER.abandon()
    yield
    INDEXER.abandon()
    for index in INDEXES if settings.SEARCH_URL else ():
        its_engine = engine(index)
        if isinstance(its_engine, OpenSearchEngine) and its_engine.health().is_well:
            its_engine.client.indices.delete(index=f"{its_engine.alias}-*")
            its_engine.close()


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path, searching: None) -> World:
    """Return 示范省 with two sites online; nothing is indexed yet."""
    settings.DEMONSTRATION = True
    settings.STORE_FOLDER = tmp_path / "store"
    settings.PUBLISHED_FOLDER = tmp_path / "www"
    settings.MANIFEST_FOLDER = tmp_path / "manifests"
    return make_world()


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Move the clock forward."""
    real, ahead = timezone.now, [timedelta()]

    def go(further: timedelta) -> None:
        ahead[0] += further

    monkeypatch.setattr(timezone, "now", lambda: real() + ahead[0])
    return go
