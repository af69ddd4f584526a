"""The guards of the migrations stand in the database: SQLite would lose them when it rebuilds a table."""

from __future__ import annotations

import importlib

import pytest
from django.db import connection

from rongshu.foundation.immutability import Trigger


@pytest.mark.django_db
def test_every_trigger_of_the_migrations_is_there() -> None:
    guards = importlib.import_module("rongshu.library.migrations.0002_guards")
    wanted = {each.name for each in guards.Migration.operations if isinstance(each, Trigger)}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        assert wanted <= {row[0] for row in cursor.fetchall()}
