"""Titles found by any two of their characters, pieces by who wrote them."""

from __future__ import annotations

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Two characters, because most Chinese words have two: trigrams would read the whole index for those.
_PAIRS = """
CREATE FUNCTION rongshu_pairs(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
COST 1000 AS $$
    SELECT array_agg(DISTINCT substr(upper($1), place, 2))
    FROM generate_series(1, greatest(length($1) - 1, 1)) AS place
$$
"""
_INDEX = (
    "CREATE INDEX version_title_pairs ON rongshu_library_resourceversion USING gin (rongshu_pairs(title))"
)


def index_titles(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """PostgreSQL only: SQLite has no such index, and searches fewer titles."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_PAIRS)
        schema_editor.execute(_INDEX)


def forget_titles(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take both away again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX version_title_pairs")
        schema_editor.execute("DROP FUNCTION rongshu_pairs(text)")


class Migration(migrations.Migration):
    dependencies = [("rongshu_library", "0005_counts")]

    operations = [
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(
                condition=models.Q(("created_by__isnull", False)),
                fields=["created_by"],
                name="resource_by_writer",
            ),
        ),
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(
                condition=models.Q(("recycled_at__isnull", False)),
                fields=["owner", "id"],
                name="resource_in_bin",
            ),
        ),
        migrations.AddIndex(
            model_name="resourceversion",
            index=models.Index(
                condition=models.Q(("created_by__isnull", False)),
                fields=["created_by", "resource"],
                name="version_by_writer",
            ),
        ),
        migrations.RunPython(index_titles, forget_titles),
    ]
