"""Every table of the database as it stands: what was added, changed or removed between two moments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.apps import apps
from django.db import connection

# Table → rows by key. A row is what the database gives, so that no manager hides any.
Rows = Mapping[str, Mapping[Any, tuple[Any, ...]]]

# What a walk may change, and why it is nobody's content.
PASSING_TABLES: Final = {
    "django_session": "the walker's own session is touched",
    "usersessions_usersession": "the list of sessions notes when the walker's own was last used",
    "rongshu_foundation_lease": "a lease is taken by whoever works next",
}


def all_rows() -> Rows:
    """Return every row of every table but those of PASSING_TABLES."""
    return {table: _rows(table, key) for table, key in _keys().items() if table not in PASSING_TABLES}


def _keys() -> dict[str, str]:
    """Return the column that names the rows, by table; None where it takes several."""
    models = apps.get_models(include_auto_created=True)
    managed = {model._meta.db_table: model._meta.pk.column for model in models if model._meta.managed}
    present = set(connection.introspection.table_names())
    return {table: key or "" for table, key in managed.items() if table in present}


def _rows(table: str, key: str) -> dict[Any, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
        names = [one[0] for one in cursor.description]
        place = names.index(key) if key in names else None
        return {
            (_plain(row[place]) if place is not None else repr(row)): tuple(map(_plain, row))
            for row in cursor.fetchall()
        }


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else repr(value)


def keys_of(rows: Rows) -> dict[str, frozenset[Any]]:
    """Return the keys alone."""
    return {table: frozenset(found) for table, found in rows.items()}


def differences(before: Rows, after: Rows) -> Iterator[tuple[str, Any, str]]:
    """Yield (table, key, what became of the row, with its text)."""
    for table, now in after.items():
        then = before.get(table, {})
        for key in then.keys() | now.keys():
            if then.get(key) != now.get(key):
                yield table, key, _told(then.get(key), now.get(key))


def _told(then: tuple[Any, ...] | None, now: tuple[Any, ...] | None) -> str:
    if then is None:
        return f"added {now}"
    if now is None:
        return f"removed {then}"
    return f"changed {[(old, new) for old, new in zip(then, now, strict=True) if old != new]}"
