"""Schema changes keep the triggers, on the table itself and on others that name it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState

from rongshu.foundation.immutability import KeepingTriggers, Trigger

LABEL, TABLE = "rongshu_foundation", "rongshu_foundation_leaf"
CREATE = migrations.CreateModel(
    "Leaf", [("id", models.BigAutoField(primary_key=True)), ("colour", models.CharField(max_length=9))]
)
GUARD = Trigger(
    "leaf_is_not_changed", table=TABLE, event="UPDATE", condition="(1 = 1)", message="leaves stay"
)
CHANGE = KeepingTriggers(
    [
        migrations.AddField("Leaf", "size", models.IntegerField(default=1)),
        migrations.AlterField("Leaf", "colour", models.CharField(max_length=20)),
    ]
)


def carry_out(operation: migrations.operations.base.Operation, state: ProjectState) -> ProjectState:
    after = state.clone()
    operation.state_forwards(LABEL, after)
    with connection.schema_editor() as editor:
        operation.database_forwards(LABEL, editor, state, after)
    return after


def is_guarded() -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} (colour) VALUES ('green')")  # noqa: S608 - a constant
            cursor.execute(f"UPDATE {TABLE} SET colour = 'red'")  # noqa: S608 - a constant
    except DatabaseError:
        return True
    return False


@pytest.mark.django_db(transaction=True)
def test_triggers_survive_a_change_of_their_table_and_its_undoing() -> None:
    created = carry_out(CREATE, ProjectState())
    guarded = carry_out(GUARD, created)
    changed = carry_out(CHANGE, guarded)
    try:
        with connection.cursor() as cursor:
            columns = {
                column.name for column in connection.introspection.get_table_description(cursor, TABLE)
            }
        assert columns == {"id", "colour", "size"}
        with connection.schema_editor() as editor:
            CHANGE.database_backwards(LABEL, editor, changed, guarded)
        assert is_guarded()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {TABLE}")
