"""On PostgreSQL, guards are called for the changes that matter to them only, and indexes nobody asks go."""

from django.db import migrations

from rongshu.foundation.immutability import AskedOnlyWhen

RESOURCE = "rongshu_library_resource"
APPROVAL = "rongshu_library_approval"
REVIEW = "rongshu_newsroom_review"
STEP = "rongshu_newsroom_reviewstep"
ACT = "rongshu_newsroom_reviewact"

# Each follows from the guard's own condition, which stands in its function as before.
BECOMES_EFFECTIVE = """NEW.effective_version_id IS NOT NULL
    AND (OLD.effective_version_id IS NULL OR OLD.effective_version_id <> NEW.effective_version_id)"""
STAYS_UNDER_ANOTHER = """NEW.effective_version_id IS NOT NULL
    AND NEW.effective_version_id = OLD.effective_version_id
    AND NEW.effective_approval_id <> OLD.effective_approval_id"""
LOSES = "OLD.{0} IS NOT NULL AND (NEW.{0} IS NULL OR NEW.{0} <> OLD.{0})"
MOVES = "NEW.state <> OLD.state OR NEW.stage <> OLD.stage"
GOES_ON = """(NEW.state IN ('passed', 'published') AND OLD.state <> NEW.state) OR NEW.stage > OLD.stage"""
CHANGES_SUBJECT = """NEW.resource_id <> OLD.resource_id OR NEW.version_id <> OLD.version_id
    OR NEW.version_digest <> OLD.version_digest OR NEW.version_number <> OLD.version_number
    OR NEW.base_number <> OLD.base_number OR NEW.flow_id <> OLD.flow_id OR NEW.levels <> OLD.levels
    OR NEW.column_id IS DISTINCT FROM OLD.column_id
    OR (OLD.approval_id IS NOT NULL AND NEW.approval_id IS DISTINCT FROM OLD.approval_id)"""
CHANGES_STEP = """NEW.review_id <> OLD.review_id OR NEW.kind <> OLD.kind OR NEW.stage <> OLD.stage
    OR NEW.level IS DISTINCT FROM OLD.level OR NEW.excludes_writer <> OLD.excludes_writer
    OR NEW.done_act_id IS DISTINCT FROM OLD.done_act_id"""

# The same as the guard's condition, in steps: as one expression it was planned anew at every change.
SKIPS_NO_STEP = f"""CREATE OR REPLACE FUNCTION review_skips_no_step() RETURNS trigger AS $body$ BEGIN
    IF NEW.state IN ('passed', 'published') AND OLD.state <> NEW.state THEN
        IF EXISTS (SELECT 1 FROM {STEP} s WHERE s.review_id = NEW.id AND s.done_act_id IS NULL) THEN
            RAISE EXCEPTION 'no step of a review is skipped' USING ERRCODE = '23514';
        END IF;
        IF (SELECT count(*) FROM {STEP} s WHERE s.review_id = NEW.id AND s.level IS NOT NULL) < NEW.levels THEN
            RAISE EXCEPTION 'no step of a review is skipped' USING ERRCODE = '23514';
        END IF;
    END IF;
    IF NEW.stage > OLD.stage THEN
        IF EXISTS (SELECT 1 FROM {STEP} s
                   WHERE s.review_id = NEW.id AND s.done_act_id IS NULL AND s.stage < NEW.stage) THEN
            RAISE EXCEPTION 'no step of a review is skipped' USING ERRCODE = '23514';
        END IF;
    END IF;
    RETURN NEW; END $body$ LANGUAGE plpgsql"""

# Django makes each for searches by a beginning (LIKE '…%'); of these columns nobody searches so.
UNASKED = {
    "rongshu_newsroom_review_version_digest_d4da0782_like": (REVIEW, "version_digest"),
    "rongshu_newsroom_review_flow_id_4acbdca9_like": (REVIEW, "flow_id"),
    "rongshu_library_resource_address_f91743a8_like": (RESOURCE, "address"),
    "rongshu_library_resourceversion_digest_7827579b_like": ("rongshu_library_resourceversion", "digest"),
}


def drop_unasked(apps, schema_editor):
    """PostgreSQL only: SQLite has none of these."""
    if schema_editor.connection.vendor == "postgresql":
        for name in UNASKED:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


def make_unasked(apps, schema_editor):
    """Make them again as Django had made them."""
    if schema_editor.connection.vendor == "postgresql":
        for name, (table, column) in UNASKED.items():
            schema_editor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({column} varchar_pattern_ops)")


def ask_in_steps(apps, schema_editor):
    """PostgreSQL only. There is nothing to undo: both say the same."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SKIPS_NO_STEP, params=None)


def only(name, table, event, when):
    """Put a question before a guard."""
    return AskedOnlyWhen(name, table=table, event=event, when=when)


class Migration(migrations.Migration):
    dependencies = [("rongshu_newsroom", "0008_watermarks"), ("rongshu_library", "0007_mandates_signed_later")]

    operations = [
        only("new_resource_is_not_effective", RESOURCE, "INSERT", "NEW.effective_version_id IS NOT NULL"),
        only("resource_effective_is_approved", RESOURCE, "UPDATE", BECOMES_EFFECTIVE),
        only("resource_effective_is_signed", RESOURCE, "UPDATE", BECOMES_EFFECTIVE),
        only("resource_went_through_review", RESOURCE, "UPDATE", BECOMES_EFFECTIVE),
        only("resource_keeps_fit_approval", RESOURCE, "UPDATE", STAYS_UNDER_ANOTHER),
        only("resource_keeps_its_address", RESOURCE, "UPDATE", LOSES.format("address")),
        only("resource_keeps_its_index_number", RESOURCE, "UPDATE", LOSES.format("index_number")),
        only("index_counter_only_grows", "rongshu_library_indexnumbercounter", "UPDATE", "NEW.last < OLD.last"),
        only("approval_covers_route_insert", APPROVAL, "INSERT", "NEW.outcome = 'approved'"),
        only("approval_covers_route_update", APPROVAL, "UPDATE", "NEW.outcome = 'approved'"),
        only("decided_approval_is_final", APPROVAL, "UPDATE", "OLD.outcome <> 'pending'"),
        only("review_act_passes_open_step", ACT, "INSERT", "NEW.kind = 'pass'"),
        only("review_act_not_by_writer", ACT, "INSERT", "NEW.kind = 'pass'"),
        only("review_act_one_level", ACT, "INSERT", "NEW.kind IN ('pass', 'return') AND NEW.level IS NOT NULL"),
        only(
            "review_begins_new", REVIEW, "INSERT",
            "NEW.state <> 'new' OR NEW.stage <> 0 OR NEW.last_act_id IS NOT NULL OR NEW.approval_id IS NOT NULL",
        ),
        only("review_moves_by_act", REVIEW, "UPDATE", MOVES),
        only("review_skips_no_step", REVIEW, "UPDATE", GOES_ON),
        only("review_keeps_subject", REVIEW, "UPDATE", CHANGES_SUBJECT),
        only("review_step_keeps_its_place", STEP, "UPDATE", CHANGES_STEP),
        migrations.RunPython(ask_in_steps, migrations.RunPython.noop),
        migrations.RunPython(drop_unasked, make_unasked),
    ]  # fmt: skip
