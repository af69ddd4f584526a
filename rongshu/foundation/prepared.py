"""Queries compiled once: writing a small statement costs Django more than answering it costs the database.

The statement that a queryset makes is kept, and later values are put in the places of the first ones.
Only for small statements that are asked again and again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.transaction import TransactionManagementError

from rongshu.foundation.planned import main_database, planned_cursor

_M = TypeVar("_M", bound=Model)
Value = UUID | datetime | str | int | Sequence[UUID] | Sequence[str]

_MOST_KEPT: Final = 64
_FAR_AWAY: Final = datetime(2999, 1, 1, tzinfo=UTC)


class _Statement(NamedTuple):
    """A compiled statement: what stands where among its parameters, and how its columns are read."""

    sql: str
    parameters: Sequence[Any]
    places: Sequence[int | None]
    compiler: Any
    converters: Any
    attributes: Sequence[str]
    locks: bool


class Prepared:
    """`build` makes a `values_list` queryset from values; whole numbers (limits) may not vary much.

    A list of values is filled up with its last one, so that few lengths are compiled.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._kept = threading.local()

    def rows(self, *values: Value) -> list[Sequence[Any]]:
        """Return the rows for these values."""
        statement, rows = self._ask(values)
        if statement.converters:
            return list(statement.compiler.apply_converters(rows, statement.converters))
        return list(rows)

    def raw(self, *values: Value) -> list[Sequence[Any]]:
        """Return the rows as the database gives them: enough to see whether anything changed."""
        return list(self._ask(values)[1])

    def _ask(self, values: Sequence[Value]) -> tuple[_Statement, Sequence[Sequence[Any]]]:
        full = [_filled_up(one) for one in values]
        statement = self._statement(full)
        database = main_database()
        if statement.locks and not database.in_atomic_block:
            raise TransactionManagementError("rows are locked inside a transaction")
        given = [_adapted(one, database) for one in _flat(full)]
        places = zip(statement.places, statement.parameters, strict=True)
        cursor = planned_cursor(database)
        cursor.execute(statement.sql, [kept if place is None else given[place] for place, kept in places])
        return statement, cursor.fetchall()

    def _statement(self, values: Sequence[Any]) -> _Statement:
        kept: dict[Any, _Statement] = self._kept.__dict__.setdefault("statements", {})
        shape = tuple(map(_shape_of, values))
        found = kept.get(shape)
        if found is None:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            found = kept[shape] = self._compile(values)
        return found

    def _compile(self, values: Sequence[Any]) -> _Statement:
        numbers = iter(range(10_000))
        marks = [
            [_mark(one, next(numbers)) for one in value]
            if _is_list(value)
            else _mark(value, next(numbers))
            for value in values
        ]  # fmt: skip
        query = self._build(*marks).query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        places = {
            _adapted(mark, main_database()): place
            for place, mark in enumerate(_flat(marks))
            if not _is_number(mark)
        }
        found = [places.get(one) if isinstance(one, (str, UUID, datetime)) else None for one in parameters]
        if set(places.values()) != {one for one in found if one is not None}:
            raise ValueError(f"not every value has its place in: {sql}")
        converters = compiler.get_converters([column[0] for column in compiler.select])
        # Of whole rows; what a list of values selects has no names.
        targets = [getattr(column[0], "target", None) for column in compiler.select]
        attributes = [target.attname for target in targets if target is not None]
        locks = bool(query.select_for_update)
        return _Statement(sql, parameters, found, compiler, converters, attributes, locks)


class PreparedModels(Generic[_M]):
    """The same for whole rows: `build` makes a queryset of a model, all its columns, no other model's."""

    def __init__(self, build: Callable[..., QuerySet[_M, _M]]) -> None:
        self._prepared = Prepared(build)

    def all(self, *values: Value) -> list[_M]:
        """Return the rows for these values as instances of the model."""
        statement, rows = self._prepared._ask(values)
        if statement.converters:
            rows = list(statement.compiler.apply_converters(rows, statement.converters))
        model = statement.compiler.query.model
        return [model.from_db(DEFAULT_DB_ALIAS, statement.attributes, row) for row in rows]

    def one(self, *values: Value) -> _M | None:
        """Return the first of the rows, or None."""
        return next(iter(self.all(*values)), None)


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _is_number(value: Any) -> bool:
    return isinstance(value, int)


def _filled_up(value: Any) -> Any:
    if not _is_list(value):
        return value
    if not value:
        raise ValueError("a prepared query needs at least one value in a list")
    length = 1 << (len(value) - 1).bit_length()
    return [*value, *[value[-1]] * (length - len(value))]


def _flat(values: Sequence[Any]) -> list[Any]:
    return [one for value in values for one in (value if _is_list(value) else [value])]


def _shape_of(value: Any) -> object:
    """What a statement depends on: numbers stand in it as they are, of lists the length."""
    if _is_number(value):
        return value
    return (len(value), type(value[0])) if _is_list(value) else type(value)


def _mark(value: Any, number: int) -> Any:
    """A value of the same type that stands nowhere else."""
    if isinstance(value, UUID):
        return UUID(int=(0xFACADE << 100) + number)
    if isinstance(value, datetime):
        return _FAR_AWAY + timedelta(microseconds=number + 1)
    return value if _is_number(value) else f"\x01{number}"


def _adapted(value: Any, database: BaseDatabaseWrapper) -> Any:
    """A value as the fields of models hand it to the database."""
    if isinstance(value, UUID):
        return value if database.features.has_native_uuid_field else value.hex
    return database.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
