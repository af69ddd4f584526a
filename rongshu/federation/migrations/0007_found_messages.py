"""Messages of a long log are found by an index: by trouble, by digest, and by the resource they are about."""

from __future__ import annotations

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_INDEX = (
    "CREATE INDEX message_about ON rongshu_federation_message USING gin (body jsonb_path_ops)"
    " WHERE body IS NOT NULL"
)


def index_bodies(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """PostgreSQL only: SQLite has no such index, and reads the few bodies that are kept."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_INDEX)


def forget_bodies(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take it away again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX message_about")


class Migration(migrations.Migration):
    dependencies = [("rongshu_federation", "0006_uses_elsewhere")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("error_code", ""), _negated=True),
                fields=["-at"],
                name="message_in_trouble",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("digest", ""), _negated=True),
                fields=["digest"],
                name="message_by_digest",
            ),
        ),
        migrations.RunPython(index_bodies, forget_bodies),
    ]
