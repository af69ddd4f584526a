"""Copies of blank databases are never stale, and a world that stands for many tests is the same for each."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from rongshu.foundation.models import Installation
from rongshu.project import blank_databases
from rongshu.project.blank_databases import digest_of_migrations
from rongshu.project.testing.stages import Stage


def test_a_changed_migration_asks_for_another_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = digest_of_migrations()
    migrations = tmp_path / "example_app" / "migrations"
    migrations.mkdir(parents=True)
    (tmp_path / "example_app" / "__init__.py").touch()
    migration = migrations / "0001_initial.py"
    migration.write_text("import rongshu.foundation.clock\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    # Django is not told, which would load it.
    installed = SimpleNamespace(INSTALLED_APPS=[*settings.INSTALLED_APPS, "example_app"])
    monkeypatch.setattr(blank_databases, "settings", installed)
    second = digest_of_migrations()
    migration.write_text("import rongshu.foundation.identifiers\n")
    assert len({first, second, digest_of_migrations()}) == 3


@pytest.mark.django_db
def test_the_test_database_lacks_no_migration() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.django_db
def test_what_stands_is_made_once_copied_and_taken_down() -> None:
    made: list[Installation] = []

    def maker() -> list[Installation]:
        made.append(Installation.objects.create(pk=1, name="示范平台"))
        return made[-1:]

    stage = Stage()
    stage.set(maker)
    stage.copy()[0].name = "另一个名字"
    stage.set(maker)
    assert [one.name for one in stage.copy()] == ["示范平台"]
    assert len(made) == Installation.objects.count() == 1
    stage.set(None)
    assert not Installation.objects.exists()


@pytest.mark.django_db
def test_a_world_that_cannot_be_made_leaves_nothing() -> None:
    def maker() -> None:
        Installation.objects.create(pk=1, name="示范平台")
        raise RuntimeError("no more")

    stage = Stage()
    with pytest.raises(RuntimeError, match="no more"):
        stage.set(maker)
    stage.set(None)
    assert not Installation.objects.exists()
