"""Every table of the database as it stands, and what was written since: no change goes by unseen."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import connection

# A row is what the database gives, so that no manager hides any; rows are found by their key.
Row = Mapping[str, Any]
Rows = Mapping[str, Mapping[Any, tuple[Any, ...]]]

# What every request of anybody may write, and why it is nobody's content.
PASSING_TABLES: Final = {
    "django_session": "the walker's own session is touched",
    "rongshu_foundation_changemark": "a random mark says that something kept in memory is to be read anew",
}
_WRITES: Final = re.compile(
    r"\s*(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE|DELETE FROM|TRUNCATE(?: TABLE)?)\s+\"?(\w+)",
    re.IGNORECASE,
)
_READS: Final = re.compile(
    r"\s*\(?(?:SELECT|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA|BEGIN|SET|EXPLAIN)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Change:
    """What became of a row: `then` is None for an added one, `now` for a removed one."""

    table: str
    key: Any
    then: Row | None
    now: Row | None

    def __str__(self) -> str:
        if self.then is None or self.now is None:
            became = "removed" if self.then else "added"
            return f"{self.table} {self.key} {became}: {dict(self.then or self.now or {})}"
        differing = {
            name: (value, self.now[name]) for name, value in self.then.items() if self.now[name] != value
        }
        return f"{self.table} {self.key} changed: {differing}"


class Tables:
    """The database at one moment."""

    def __init__(self) -> None:
        self.columns: dict[str, list[str]] = {}
        self.keys = _keys()
        self.rows: Rows = {table: self._read(table) for table in self.keys}

    def changes(self, written: Collection[str]) -> Iterator[Change]:
        """Yield what differs by now in the tables that were written."""
        for table in self.rows if EVERY_TABLE in written else self.rows.keys() & set(written):
            now, then = self._read(table), self.rows[table]
            for key in then.keys() | now.keys():
                if then.get(key) != now.get(key):
                    yield Change(
                        table, key, self._named(table, then.get(key)), self._named(table, now.get(key))
                    )

    def _named(self, table: str, row: tuple[Any, ...] | None) -> Row | None:
        return None if row is None else dict(zip(self.columns[table], row, strict=True))

    def _read(self, table: str) -> dict[Any, tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
            self.columns[table] = [one[0] for one in cursor.description]
            place = self.columns[table].index(self.keys[table])
            return {_plain(row[place]): tuple(map(_plain, row)) for row in cursor.fetchall()}


# Stands for a statement that is neither a plain reading nor a plain writing.
EVERY_TABLE: Final = "*"


@contextmanager
def watching() -> Iterator[set[str]]:
    """Yield the set of tables written from here on; the caller empties it as it likes."""
    written: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if (found := _WRITES.match(sql)) is not None:
            written.add(found[1])
        elif not _READS.match(sql):
            written.add(EVERY_TABLE)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


def table_keys() -> Mapping[str, frozenset[Any]]:
    """Return the keys of all rows by table."""
    return {table: frozenset(_column(table, key)) for table, key in _keys().items()}


def _keys() -> dict[str, str]:
    """Return the column that names the rows of each table."""
    models = apps.get_models(include_auto_created=True)
    managed = {model._meta.db_table: model._meta.pk.column for model in models if model._meta.managed}
    present = set(connection.introspection.table_names()) - PASSING_TABLES.keys()
    return {table: key for table, key in managed.items() if key and table in present}


def _column(table: str, name: str) -> Iterator[Any]:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quote(name)} FROM {quote(table)}")  # noqa: S608 - our own tables
        yield from (_plain(row[0]) for row in cursor.fetchall())


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
