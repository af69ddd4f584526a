"""Statements that PostgreSQL parses and plans once for each connection, not each time they are asked.

For the small statements that are asked again and again, that is a third of what the database does for them.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

# As many are kept planned per connection; those not asked for longest make room.
MOST_KEPT: Final = 400


def main_database() -> BaseDatabaseWrapper:
    """Return the main database's connection; `django.db.connection` looks it up anew at each of its names."""
    return connections[DEFAULT_DB_ALIAS]


def planned_cursor(database: BaseDatabaseWrapper) -> CursorWrapper:
    """Give a cursor whose statements stay planned; where the database knows no such thing, a plain one.

    It is the connection's own and stays open: take its answer before the next statement.
    """
    if database.vendor != "postgresql":
        return database.cursor()
    # As Django does before it makes a cursor.
    database.close_if_health_check_failed()
    database.ensure_connection()
    is_logged = database.queries_logged
    cursor = _kept_cursor(database, is_logged)
    return database.make_debug_cursor(cursor) if is_logged else database.make_cursor(cursor)


def _kept_cursor(database: BaseDatabaseWrapper, is_logged: bool) -> Any:
    # Kept with the driver's connection, so that they end together. Times are read in the zone of its making.
    driver: Any = database.connection
    kept = driver.__dict__.setdefault("planned_cursors", {})
    made_for = (database.timezone, is_logged)
    cursor = kept.get(made_for)
    if cursor is None or cursor.closed:
        cursor = kept[made_for] = _new_cursor(database, driver, is_logged)
    return cursor


def _new_cursor(database: BaseDatabaseWrapper, driver: Any, is_logged: bool) -> Any:
    # Django makes cursors by the connection's factory, and sets them up.
    driver.prepared_max = MOST_KEPT
    usual, driver.cursor_factory = driver.cursor_factory, _cursor_class(is_logged)
    try:
        return database.create_cursor()
    finally:
        driver.cursor_factory = usual


@cache
def _cursor_class(is_logged: bool) -> type[Any]:
    from django.db.backends.postgresql.base import ServerBindingCursor  # noqa: PLC0415 - needs psycopg

    class LoggedCursor(ServerBindingCursor):
        """Values go beside the statement; a log of queries shows them in it all the same."""

        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            answer = super().execute(query, params, **options)  # type: ignore[misc]
            # Where Django's log of queries reads what the usual cursor has sent.
            asked = main_database().ops.compose_sql(query, params)  # type: ignore[attr-defined]
            self._query = SimpleNamespace(query=asked.encode())
            return answer

    return LoggedCursor if is_logged else ServerBindingCursor
