"""Every test here runs against each engine, with real parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rongshu.foundation.identifiers import new_id
from rongshu.search.engines.embedded.engine import EmbeddedEngine
from rongshu.search.engines.opensearch.engine import OpenSearchEngine
from rongshu.search.engines.port import Engine
from rongshu.search.tests.engines.corpus import SMALL, fill

BOTH = ["embedded", pytest.param("opensearch", marks=pytest.mark.opensearch)]
EngineMaker = Callable[[], Engine]


@pytest.fixture(scope="module", params=BOTH)
def new_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EngineMaker]:
    """Return what makes an engine with nothing in it; all of them are thrown away in the end."""
    made: list[Engine] = []
    make = _embedded(tmp_path_factory) if request.param == "embedded" else _opensearch(request)

    def keeping() -> Engine:
        made.append(make())
        return made[-1]

    yield keeping
    for engine in made:
        if isinstance(engine, OpenSearchEngine):
            engine.client.indices.delete(index=f"{engine.alias}-*")
        engine.close()


def _embedded(folders: pytest.TempPathFactory) -> EngineMaker:
    def make() -> Engine:
        folder: Path = folders.mktemp("search")
        return EmbeddedEngine(str(folder), "public")

    return make


def _opensearch(request: pytest.FixtureRequest) -> EngineMaker:
    hosts: str = request.getfixturevalue("opensearch_hosts")
    return lambda: OpenSearchEngine(f"opensearch://{hosts}/test-{new_id().hex}", "public")


@pytest.fixture
def engine(new_engine: EngineMaker) -> Engine:
    """Return an engine with nothing in it."""
    return new_engine()


@pytest.fixture(scope="module")
def small(new_engine: EngineMaker) -> Engine:
    """Return an engine that serves the small set; tests only read it."""
    engine = new_engine()
    fill(engine, SMALL)
    return engine
