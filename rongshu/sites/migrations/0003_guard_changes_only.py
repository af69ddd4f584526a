"""Guard updates only where they change what is guarded: a recalled resource's placement stays changeable.

A placement of a withdrawn resource keeps the state "showing" (pages look at the resource itself), so
pinning or removing it must not be refused for what it does not change.
"""

from django.db import migrations

from rongshu.foundation.immutability import Trigger

PLACEMENT = "rongshu_sites_placement"

NOT_EFFECTIVE = """(NEW.state = 'showing' AND NOT EXISTS (
    SELECT 1 FROM rongshu_library_resource r
    WHERE r.id = NEW.resource_id AND r.effective_version_id IS NOT NULL))"""
FOREIGN_COLUMN = """(NOT EXISTS (
    SELECT 1 FROM rongshu_sites_column c WHERE c.id = NEW.column_id AND c.site_id = NEW.site_id))"""
HELD_WAS_NEVER_EFFECTIVE = """(NEW.held_version_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM rongshu_library_resourceversion v
    WHERE v.id = NEW.held_version_id AND v.resource_id = NEW.resource_id
      AND v.became_effective_at IS NOT NULL AND v.purged_at IS NULL))"""

BEGINS = "(OLD.state <> 'showing' OR OLD.resource_id <> NEW.resource_id)"
MOVES = "(OLD.column_id <> NEW.column_id OR OLD.site_id <> NEW.site_id)"
HOLDS_ANOTHER = "(OLD.held_version_id IS NULL OR OLD.held_version_id <> NEW.held_version_id)"


class Untrigger(Trigger):
    """Drop a trigger that an earlier migration made."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Drop it."""
        super().database_backwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Make it again."""
        super().database_forwards(app_label, schema_editor, from_state, to_state)


def narrowed(name, condition, when, message):
    """Replace the guard over every update by one over the updates that matter."""
    old = {"table": PLACEMENT, "event": "UPDATE", "condition": condition, "message": message}
    return [
        Untrigger(f"{name}_update", **old),
        Trigger(f"{name}_change", **{**old, "condition": f"({when} AND {condition})"}),
    ]


class Migration(migrations.Migration):
    dependencies = [("rongshu_sites", "0002_guards")]

    operations = [
        *narrowed("placement_is_effective", NOT_EFFECTIVE, BEGINS, "only what is effective is shown"),
        *narrowed("placement_column_is_own", FOREIGN_COLUMN, MOVES, "a placement stands in a column of its site"),
        *narrowed(
            "placement_held_was_effective",
            HELD_WAS_NEVER_EFFECTIVE,
            HOLDS_ANOTHER,
            "a held version was effective once",
        ),
    ]
