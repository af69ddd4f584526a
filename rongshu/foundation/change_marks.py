"""Keeping in memory what every deed reads and hardly anybody changes: grants, definitions, flows, calendars.

An app names the tables of a group (`watch`, in its `ready`). Triggers give the group another random mark at
each change, whoever makes it. What is kept bears the mark it was read under, and one small query tells
whether it still holds: a change is seen by every process at its next question, a rolled back one by nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, Generic, TypeVar
from uuid import uuid4

from django.db import connections, models

from rongshu.foundation.models import ChangeMark
from rongshu.foundation.planned import main_database, planned_cursor

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")

_watched: Final[dict[str, list[type[models.Model]]]] = {}
_steady: ContextVar[dict[str, str] | None] = ContextVar("steady", default=None)
_READ: Final = 'SELECT "group", "mark" FROM "rongshu_foundation_changemark"'
_NEW_MARK: Final = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()::text"}


def watch(group: str, *tables: type[models.Model]) -> None:
    """Have every change of these tables change the mark of a group; set up after each migration."""
    _watched[group] = list(tables)


class Kept(Generic[_Key, _Value]):
    """What `read` answers to a key, kept until a table of the groups changes; the answer is shared: leave it
    as it is.

    `read` looks at nothing but tables of these groups and its key. At most `most` answers are kept.
    """

    def __init__(self, *groups: str, read: Callable[[_Key], _Value], most: int = 1000) -> None:
        self._groups, self._read, self._most = groups, read, most
        self._kept: dict[_Key, tuple[tuple[str, ...], _Value]] = {}

    def __call__(self, key: _Key) -> _Value:
        """Return the answer that holds now."""
        marks = _marks_now()
        try:
            present = tuple([marks[group] for group in self._groups])
        except KeyError:  # emptied tables, or not set up yet: nothing says when an answer ends to hold
            return self._read(key)
        kept = self._kept.get(key)
        if kept is not None and kept[0] == present:
            return kept[1]
        # The marks were read first: what is read now is at least as new as they say.
        value = self._read(key)
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[key] = (present, value)
        return value


@contextmanager
def one_look() -> Iterator[None]:
    """Look at the marks once for all that is asked inside: for a deed that changes no watched table.

    Within another look it is the same one.
    """
    if _steady.get() is not None:
        yield
        return
    token = _steady.set({})
    try:
        yield
    finally:
        _steady.reset(token)


def _marks_now() -> dict[str, str]:
    steady = _steady.get()
    if steady:
        return steady
    cursor = planned_cursor(main_database())
    cursor.execute(_READ)
    marks = dict(cursor.fetchall())
    if steady is not None:
        steady.update(marks)
    return marks


def set_up_marks(*, using: str, **_: Any) -> None:
    """Give every group a mark and its tables their triggers, where they are missing."""
    database = connections[using]
    tables = set(database.introspection.table_names())
    if ChangeMark._meta.db_table not in tables:  # a migration back to zero has dropped it
        return
    present = _present_triggers(database)
    for group, watched in _watched.items():
        ChangeMark.objects.using(using).get_or_create(group=group, defaults={"mark": str(uuid4())})
        missing = [
            statement
            for model in watched
            if model._meta.db_table in tables
            for name, statement in _triggers(database.vendor, group, model._meta.db_table)
            if name not in present
        ]
        with database.cursor() as cursor:
            for statement in missing:
                cursor.execute(statement)
            if missing:
                cursor.execute(_change(database.vendor, group))


def _present_triggers(database: Any) -> set[str]:
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with database.cursor() as cursor:
        cursor.execute(asked[database.vendor])
        return {row[0] for row in cursor.fetchall()}


def _triggers(vendor: str, group: str, table: str) -> Iterator[tuple[str, str]]:
    name = f"mark_{group}_{table.removeprefix('rongshu_')}"
    if vendor == "sqlite":
        for event in ("INSERT", "UPDATE", "DELETE"):
            each = f"{name}_{event.lower()}"
            yield each, f"CREATE TRIGGER {each} AFTER {event} ON {table} BEGIN {_change(vendor, group)}; END"
        return
    body = f"BEGIN {_change(vendor, group)}; RETURN NULL; END"
    function = f"CREATE OR REPLACE FUNCTION mark_{group}() RETURNS trigger AS $body$ {body} $body$"
    yield (
        name,
        (
            f"{function} LANGUAGE plpgsql; CREATE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE"
            f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION mark_{group}()"
        ),
    )


def _change(vendor: str, group: str) -> str:
    table = ChangeMark._meta.db_table
    return f"UPDATE {table} SET mark = {_NEW_MARK[vendor]} WHERE \"group\" = '{group}'"  # noqa: S608
