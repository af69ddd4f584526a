"""Where tests begin: a database that has its tables, and in it a world that stands for many tests.

It stands here and not in the plugin, because a plugin's fixture does not replace one of pytest-django's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import pytest
from django.db import connection
from django.utils.module_loading import import_string

from rongshu.console.list_exporting import EXPORT_PACE
from rongshu.console.pacing import forget_paces
from rongshu.project.blank_databases import blank_file
from rongshu.project.testing.plugin import uses_database
from rongshu.project.testing.stages import Stage
from rongshu.publishing.hosts import HOSTS

_IN_MEMORY: Final = "file:rongshu-test?mode=memory&cache=shared"
# What makes a world, by the fixture that gives a test its copy; a newsroom has a library in it. By name, so
# that a single test imports no more than it needs.
_WORLDS: Final = {
    "standing_newsroom": "rongshu.newsroom.tests.conftest.make_newsroom",
    "standing_library": "rongshu.library.tests.conftest.make_library",
    "standing_world": "rongshu.publishing.tests.world.make_world",
    "standing_city": "rongshu.sites.tests.conftest.make_city",
}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Say where the test database comes from; the `migrate` that follows finds nothing left to carry out."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.settings_dict["TEST"]["NAME"] = _IN_MEMORY
    # A database in memory lives as long as somebody is connected to it.
    with closing(sqlite3.connect(_IN_MEMORY, uri=True)) as memory:
        with closing(sqlite3.connect(blank_file())) as blank:
            blank.backup(memory)
        yield


@pytest.fixture(scope="session")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """Return the stage of this process; a fixture of a file that makes a world of its own clears it first."""
    made = Stage()
    yield made
    with django_db_blocker.unblock():
        made.clear()


@pytest.fixture(scope="class", autouse=True)
def _set_stage(request: pytest.FixtureRequest) -> None:
    """Have the world of this test stand before its transaction begins.

    For a test outside a class pytest makes what has the scope of a class before all that is the function's.
    """
    if not uses_database(request.node):
        return
    stage, blocker = request.getfixturevalue("stage"), request.getfixturevalue("django_db_blocker")
    wanted = next((maker for name, maker in _WORLDS.items() if name in request.fixturenames), "")
    with blocker.unblock():
        stage.set(import_string(wanted) if wanted else None)
    # The persons and sites of a world come again: what a process counted or kept for a while is not theirs.
    forget_paces()
    EXPORT_PACE.forget()
    HOSTS.forget()


@pytest.fixture
def _copied(stage: Stage, db: None) -> Any:
    return stage.copy()


@pytest.fixture
def standing_newsroom(_copied: Any) -> Any:
    """Return a newsroom; the test writes into it and leaves it as it was."""
    return _copied


@pytest.fixture
def standing_library(_copied: Any, request: pytest.FixtureRequest) -> Any:
    """Return a library, of the newsroom where the test asks for one, too."""
    return _copied.library if "standing_newsroom" in request.fixturenames else _copied


@pytest.fixture
def standing_world(_copied: Any) -> Any:
    """Return a province with two sites online."""
    return _copied


@pytest.fixture
def standing_city(_copied: Any) -> Any:
    """Return a city whose sites are not online yet."""
    return _copied
