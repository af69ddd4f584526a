"""What the database itself refuses: showing what is not effective, in another site's column."""

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


def both(name, condition, message):
    """Guard insertion and update alike."""
    return [
        Trigger(f"{name}_{event.lower()}", table=PLACEMENT, event=event, condition=condition, message=message)
        for event in ("INSERT", "UPDATE")
    ]


class Migration(migrations.Migration):
    dependencies = [("rongshu_sites", "0001_initial"), ("rongshu_library", "0002_guards")]

    operations = [
        *both("placement_is_effective", NOT_EFFECTIVE, "only what is effective is shown"),
        *both("placement_column_is_own", FOREIGN_COLUMN, "a placement stands in a column of its site"),
        *both("placement_held_was_effective", HELD_WAS_NEVER_EFFECTIVE, "a held version was effective once"),
    ]
