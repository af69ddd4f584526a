"""What the database itself refuses: unapproved effective versions, changed versions, reused numbers."""

from django.db import migrations

from rongshu.foundation.immutability import Trigger

RESOURCE = "rongshu_library_resource"
VERSION = "rongshu_library_resourceversion"

# The approval names the digest of the version, or the version came in the batch whose manifest it names.
# Looked at only when the effective version changes: an update of a hit column must not pay for it.
NOT_APPROVED = f"""(NEW.effective_version_id IS NOT NULL
    AND (OLD.effective_version_id IS NULL OR OLD.effective_version_id <> NEW.effective_version_id)
    AND NOT EXISTS (
    SELECT 1 FROM {VERSION} v JOIN rongshu_library_approval a ON a.id = NEW.effective_approval_id
    WHERE v.id = NEW.effective_version_id AND v.resource_id = NEW.id AND v.purged_at IS NULL
      AND a.outcome = 'approved'
      AND (a.version_digest = v.digest OR (a.batch_id IS NOT NULL AND a.batch_id = v.batch_id))))"""

CONTENT = (
    "resource_id", "number", "digest", "title", "subtitle", "description", "body", "content_source",
    "author", "editor", "publisher_id", "theme_code", "genre_code", "base_code", "form", "language",
    "open_type", "share_type", "image", "given_published_at", "source_app_id", "batch_id", "created_at",
)  # fmt: skip
JSON_CONTENT = ("keywords", "audience", "elements", "attachments", "derived")


class VersionTrigger(Trigger):
    """The immutability of versions: IS NOT compares with NULL in SQLite, IS DISTINCT FROM in PostgreSQL."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Write the comparison as the engine knows it."""
        is_sqlite = schema_editor.connection.vendor == "sqlite"
        differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
        cast = "" if is_sqlite else "::text"
        changed = [f"OLD.{column} {differs} NEW.{column}" for column in CONTENT]
        changed += [f"OLD.{column}{cast} {differs} NEW.{column}{cast}" for column in JSON_CONTENT]
        purging = (
            "(OLD.purged_at IS NULL AND NEW.purged_at IS NOT NULL AND OLD.digest = NEW.digest"
            " AND OLD.resource_id = NEW.resource_id AND OLD.number = NEW.number)"
        )
        self.condition = f"(({' OR '.join(changed)}) AND NOT {purging})"
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):
    dependencies = [("rongshu_library", "0001_initial")]

    operations = [
        Trigger(
            "resource_effective_is_approved",
            table=RESOURCE,
            event="UPDATE",
            condition=NOT_APPROVED,
            message="an effective version needs an approval that names it",
        ),
        Trigger(
            "new_resource_is_not_effective",
            table=RESOURCE,
            event="INSERT",
            condition="(NEW.effective_version_id IS NOT NULL)",
            message="a resource becomes effective after it was stored",
        ),
        Trigger(
            "resource_keeps_its_address",
            table=RESOURCE,
            event="UPDATE",
            condition="(OLD.address IS NOT NULL AND (NEW.address IS NULL OR NEW.address <> OLD.address))",
            message="an address once given is never changed",
        ),
        Trigger(
            "resource_keeps_its_index_number",
            table=RESOURCE,
            event="UPDATE",
            condition="(OLD.index_number IS NOT NULL"
            " AND (NEW.index_number IS NULL OR NEW.index_number <> OLD.index_number))",
            message="an index number once given is never changed",
        ),
        Trigger(
            "numbered_resource_is_not_deleted",
            table=RESOURCE,
            event="DELETE",
            condition="(OLD.index_number IS NOT NULL)",
            message="a resource with an index number is never deleted",
        ),
        Trigger(
            "index_counter_only_grows",
            table="rongshu_library_indexnumbercounter",
            event="UPDATE",
            condition="(NEW.last < OLD.last)",
            message="index numbers are never reused",
        ),
        VersionTrigger(
            "version_is_immutable", table=VERSION, event="UPDATE", condition="", message="a version is immutable"
        ),
        Trigger(
            "version_is_not_deleted",
            table=VERSION,
            event="DELETE",
            condition="(OLD.became_effective_at IS NOT NULL)",
            message="a version that was effective is never deleted",
        ),
    ]
