"""A migration operation that makes the database itself refuse to change or delete rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Trigger(Operation):
    """Raise `message` before `event` ("UPDATE", "DELETE", "INSERT") on `table` when `condition` holds.

    `condition` is an SQL expression over OLD and NEW that both SQLite and PostgreSQL understand.
    """

    reversible = True

    def __init__(self, name: str, *, table: str, event: str, condition: str, message: str) -> None:
        self.name, self.table, self.event = name, table, event
        self.condition, self.message = condition, message

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what a migration file needs to name this operation."""
        keywords = {
            "table": self.table,
            "event": self.event,
            "condition": self.condition,
            "message": self.message,
        }
        return self.__class__.__qualname__, [self.name], keywords

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave the model state alone: a trigger is no model."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Create the trigger."""
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(self._sqlite(), params=None)
        else:
            schema_editor.execute(self._postgresql_function(), params=None)
            schema_editor.execute(self._postgresql_trigger(), params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Drop the trigger."""
        on_table = "" if schema_editor.connection.vendor == "sqlite" else f" ON {self.table}"
        schema_editor.execute(f"DROP TRIGGER {self.name}{on_table}", params=None)

    def _sqlite(self) -> str:
        return (
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} FOR EACH ROW "
            f"WHEN {self.condition} BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
        )

    def _postgresql_function(self) -> str:
        # The condition stands in the body, not in WHEN: a WHEN clause may not hold a subquery.
        answer = "OLD" if self.event == "DELETE" else "NEW"
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger AS $body$ BEGIN "
            f"IF {self.condition} THEN RAISE EXCEPTION '{self.message}' USING ERRCODE = '23514'; END IF; "
            f"RETURN {answer}; END $body$ LANGUAGE plpgsql"
        )

    def _postgresql_trigger(self) -> str:
        return (
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()"
        )


class AskedOnlyWhen(Operation):
    """Have PostgreSQL ask a trigger's condition of those rows only for which `when` holds.

    `when` follows from the condition and holds no subquery. Without it each changed row costs a call of a
    function, and a plan made anew where the condition holds subqueries. SQLite asks all of it there already.
    """

    reversible = True

    def __init__(self, name: str, *, table: str, event: str, when: str) -> None:
        self.name, self.table, self.event, self.when = name, table, event, when

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what a migration file needs to name this operation."""
        keywords = {"table": self.table, "event": self.event, "when": self.when}
        return self.__class__.__qualname__, [self.name], keywords

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave the model state alone: a trigger is no model."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Put the question before the trigger's function."""
        self._replace(schema_editor, f"WHEN ({self.when}) ")

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Have the function asked of every row again."""
        self._replace(schema_editor, "")

    def _replace(self, schema_editor: BaseDatabaseSchemaEditor, when: str) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE OR REPLACE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
                f"FOR EACH ROW {when}EXECUTE FUNCTION {self.name}()",
                params=None,
            )


class KeepingTriggers(Operation):
    """Carry out schema operations with the triggers put aside meanwhile, and put them back as they were.

    SQLite changes a table by making it anew: that fails where a trigger elsewhere names the table, and
    silently drops the triggers on the table itself. PostgreSQL needs none of this.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what a migration file needs to name this operation."""
        return self.__class__.__qualname__, [self.operations], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Apply the operations to the model state."""
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Carry out the operations one after the other."""
        kept = _put_triggers_aside(schema_editor)
        before = from_state.clone()
        for operation in self.operations:
            after = before.clone()
            operation.state_forwards(app_label, after)
            operation.database_forwards(app_label, schema_editor, before, after)
            before = after
        _put_triggers_back(schema_editor, kept)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Undo the operations in reverse order; `to_state` is the state before them."""
        states = [to_state.clone()]
        for operation in self.operations:
            states.append(states[-1].clone())
            operation.state_forwards(app_label, states[-1])
        kept = _put_triggers_aside(schema_editor)
        for place in reversed(range(len(self.operations))):
            self.operations[place].database_backwards(
                app_label, schema_editor, states[place + 1], states[place]
            )
        _put_triggers_back(schema_editor, kept)


def _put_triggers_aside(schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
    if schema_editor.connection.vendor != "sqlite":
        return []
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid")
        triggers = cursor.fetchall()
    for name, _ in triggers:
        schema_editor.execute(f"DROP TRIGGER {name}", params=None)
    return [sql for _, sql in triggers]


def _put_triggers_back(schema_editor: BaseDatabaseSchemaEditor, kept: Sequence[str]) -> None:
    for sql in kept:
        schema_editor.execute(sql, params=None)
