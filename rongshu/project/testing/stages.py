"""Worlds that stand for many tests: made once, and as they were again before each test.

To make a province takes longer than most of what is tested in it. So it is made in a transaction that stays
open, in which each test's own transaction is a savepoint; a test gets a copy of its objects. What stands is
taken down for a test that wants another world, or none: no test depends on those before it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

Maker = Callable[[], Any]


class Stage:
    """What stands now, if anything."""

    def __init__(self) -> None:
        self._maker: Maker | None = None
        self._world: Any = None
        self._standing = ExitStack()
        self._connection: BaseDatabaseWrapper | None = None

    def set(self, maker: Maker | None) -> None:
        """Have the world of `maker` stand, or none."""
        if maker is not None and maker is self._maker and self._is_sound():
            return
        self.clear()
        if maker is not None:
            self._build(maker)

    def clear(self) -> None:
        """Take down what stands."""
        self._standing.close()
        self._maker = self._world = None

    def copy(self) -> Any:
        """Return the world's objects for one test, which may change them."""
        return copy.deepcopy(self._world)

    def _build(self, maker: Maker) -> None:
        connection = self._connection = connections[DEFAULT_DB_ALIAS]
        atomic = transaction.atomic()
        atomic.__enter__()
        self._standing.callback(_undo, atomic, connection)
        with override_settings(DEMONSTRATION=True):
            self._world = maker()
        self._maker = maker

    def _is_sound(self) -> bool:
        """Whether the world is there for this test; the one before may have lost the connection."""
        connection = connections[DEFAULT_DB_ALIAS]
        return connection is self._connection and connection.in_atomic_block and not connection.needs_rollback


def _undo(atomic: transaction.Atomic, connection: BaseDatabaseWrapper) -> None:
    """Roll back what stands on a connection; below a browser's event loop Django has another at hand."""
    present = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = connection
    try:
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)
    finally:
        connections[DEFAULT_DB_ALIAS] = present
