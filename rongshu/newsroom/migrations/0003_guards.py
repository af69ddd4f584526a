"""What the database itself refuses: moves outside the table, changed acts, a second level by one person,
reviewing what one wrote, and effective versions whose route was not gone through."""

from django.db import migrations

from rongshu.foundation.immutability import Trigger

REVIEW = "rongshu_newsroom_review"
STEP = "rongshu_newsroom_reviewstep"
ACT = "rongshu_newsroom_reviewact"
FLOW = "rongshu_newsroom_flow"
VERSION = "rongshu_library_resourceversion"

# newsroom/machine.py as of this migration; test_guards.py compares them.
MOVES = (
    "new|submit|reviewing",
    "reviewing|pass|reviewing",
    "reviewing|pass|passed",
    "reviewing|return|returned",
    "reviewing|delegate|reviewing",
    "reviewing|urge|reviewing",
    "reviewing|add-proof|reviewing",
    "reviewing|escalate|escalated",
    "reviewing|withdraw|withdrawn",
    "escalated|answer|reviewing",
    "escalated|answer|returned",
    "escalated|urge|escalated",
    "escalated|withdraw|withdrawn",
    "passed|schedule|passed",
    "passed|urge|passed",
    "passed|publish|published",
    "passed|return|returned",
    "passed|withdraw|withdrawn",
    "reviewing|lapse|lapsed",
    "escalated|lapse|lapsed",
    "passed|lapse|lapsed",
    "reviewing|open|reviewing",
    "escalated|open|escalated",
    "passed|open|passed",
    "published|open|published",
    "returned|open|returned",
    "withdrawn|open|withdrawn",
    "lapsed|open|lapsed",
)
KNOWN = ", ".join(f"'{move}'" for move in MOVES)

OUTSIDE_THE_TABLE = f"""((NEW.from_state || '|' || NEW.kind || '|' || NEW.to_state) NOT IN ({KNOWN})
    OR NOT EXISTS (SELECT 1 FROM {REVIEW} r WHERE r.id = NEW.review_id
        AND r.state = NEW.from_state AND r.stage = NEW.from_stage)
    OR (NEW.from_stage <> NEW.to_stage AND NEW.kind NOT IN ('submit', 'pass')))"""

# A pass belongs to an open step of the case, and bears its level.
PASSES_NOTHING = f"""(NEW.kind = 'pass' AND NOT EXISTS (SELECT 1 FROM {STEP} s
    WHERE s.id = NEW.step_id AND s.review_id = NEW.review_id AND s.is_open AND s.done_act_id IS NULL
      AND (s.level = NEW.level OR (s.level IS NULL AND NEW.level IS NULL))))"""

WROTE_IT = f"""(NEW.kind = 'pass' AND EXISTS (
    SELECT 1 FROM {STEP} s JOIN {REVIEW} r ON r.id = s.review_id
      JOIN {VERSION} v ON v.resource_id = r.resource_id
    WHERE s.id = NEW.step_id AND s.excludes_writer AND v.created_by_id = NEW.person_id
      AND v.number > r.base_number AND v.number <= r.version_number))"""

TWO_LEVELS = f"""(NEW.kind IN ('pass', 'return') AND NEW.level IS NOT NULL AND EXISTS (
    SELECT 1 FROM {REVIEW} mine JOIN {REVIEW} r ON r.resource_id = mine.resource_id
        AND r.base_number = mine.base_number
        AND (r.column_id = mine.column_id OR (r.column_id IS NULL AND mine.column_id IS NULL))
      JOIN {ACT} a ON a.review_id = r.id
    WHERE mine.id = NEW.review_id AND a.person_id = NEW.person_id AND a.kind IN ('pass', 'return')
      AND a.level IS NOT NULL AND a.level <> NEW.level))"""

# State and stage move only by an act that was not used for an earlier move.
MOVES_WITHOUT_ACT = f"""((NEW.state <> OLD.state OR NEW.stage <> OLD.stage) AND (
    NEW.last_act_id IS NULL OR NEW.last_act_id = OLD.last_act_id OR NOT EXISTS (
        SELECT 1 FROM {ACT} a WHERE a.id = NEW.last_act_id AND a.review_id = NEW.id
          AND a.from_state = OLD.state AND a.to_state = NEW.state
          AND a.from_stage = OLD.stage AND a.to_stage = NEW.stage)))"""

SKIPS_STEPS = f"""((NEW.state IN ('passed', 'published') AND OLD.state <> NEW.state AND (
        EXISTS (SELECT 1 FROM {STEP} s WHERE s.review_id = NEW.id AND s.done_act_id IS NULL)
        OR (SELECT count(*) FROM {STEP} s WHERE s.review_id = NEW.id AND s.level IS NOT NULL) < NEW.levels))
    OR (NEW.stage > OLD.stage AND EXISTS (SELECT 1 FROM {STEP} s
        WHERE s.review_id = NEW.id AND s.done_act_id IS NULL AND s.stage < NEW.stage)))"""

CHANGES_SUBJECT = """(NEW.resource_id <> OLD.resource_id OR NEW.version_id <> OLD.version_id
    OR NEW.version_digest <> OLD.version_digest OR NEW.version_number <> OLD.version_number
    OR NEW.base_number <> OLD.base_number OR NEW.flow_id <> OLD.flow_id OR NEW.levels <> OLD.levels
    OR (NEW.column_id IS NULL AND OLD.column_id IS NOT NULL)
    OR (NEW.column_id IS NOT NULL AND OLD.column_id IS NULL) OR NEW.column_id <> OLD.column_id
    OR (OLD.approval_id IS NOT NULL AND (NEW.approval_id IS NULL OR NEW.approval_id <> OLD.approval_id)))"""

CHANGES_STEP = f"""(NEW.review_id <> OLD.review_id OR NEW.kind <> OLD.kind OR NEW.stage <> OLD.stage
    OR (NEW.level IS NULL AND OLD.level IS NOT NULL) OR (NEW.level IS NOT NULL AND OLD.level IS NULL)
    OR NEW.level <> OLD.level OR NEW.excludes_writer <> OLD.excludes_writer
    OR (OLD.done_act_id IS NOT NULL AND (NEW.done_act_id IS NULL OR NEW.done_act_id <> OLD.done_act_id))
    OR (OLD.done_act_id IS NULL AND NEW.done_act_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM {ACT} a WHERE a.id = NEW.done_act_id AND a.step_id = NEW.id AND a.kind = 'pass')))"""

# An approved approval names a flow there is, and no fewer levels than it has.
ROUTE_NOT_COVERED = f"""(NEW.outcome = 'approved' AND NOT EXISTS (
    SELECT 1 FROM {FLOW} f WHERE f.code = NEW.route AND NEW.levels >= f.levels))"""

# What is not a batch and has more levels than one went through a case that was passed and published.
NO_CASE = f"""(NEW.effective_version_id IS NOT NULL
    AND (OLD.effective_version_id IS NULL OR OLD.effective_version_id <> NEW.effective_version_id)
    AND EXISTS (SELECT 1 FROM rongshu_library_approval a JOIN {FLOW} f ON f.code = a.route
        WHERE a.id = NEW.effective_approval_id AND a.batch_id IS NULL AND f.levels > 1
          AND NOT EXISTS (SELECT 1 FROM {REVIEW} r WHERE r.approval_id = a.id AND r.state = 'published'
              AND r.version_digest = a.version_digest AND r.resource_id = NEW.id)))"""

FLOW_IN_USE = f"""((NEW.levels <> OLD.levels OR NEW.excludes_writer <> OLD.excludes_writer)
    AND (EXISTS (SELECT 1 FROM {REVIEW} r WHERE r.flow_id = OLD.code)
      OR EXISTS (SELECT 1 FROM rongshu_library_approval a WHERE a.route = OLD.code)))"""


def both(name, table, condition, message):
    """Refuse insertion and update alike."""
    return [
        Trigger(f"{name}_{event.lower()}", table=table, event=event, condition=condition, message=message)
        for event in ("INSERT", "UPDATE")
    ]


def on(name, table, event, condition, message):
    """Refuse one event."""
    return Trigger(name, table=table, event=event, condition=condition, message=message)


def keep_former_way(apps, schema_editor):
    """An installation set up before there were flows goes on with its single approver until it says otherwise."""
    if not apps.get_model("rongshu_foundation", "Installation").objects.exists():
        return
    flow = apps.get_model("rongshu_newsroom", "Flow").objects.create(
        code="single",
        name="单人签发",
        description="一人审核签发，撰稿人可以自签；仅供试用、演示和确无条件分级的场合。",
        levels=1,
        excludes_writer=False,
        is_builtin=True,
    )
    apps.get_model("rongshu_newsroom", "FlowStep").objects.create(
        flow=flow, stage=1, kind="review", level=1, name="审核", capability="resource.approve", excludes_writer=False
    )
    for way in ("pieces", "batches"):
        apps.get_model("rongshu_newsroom", "FlowAssignment").objects.create(
            flow=flow, scope="platform", way=way, reason="升级前的审核方式"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("rongshu_newsroom", "0002_flows_and_reviews"),
        ("rongshu_library", "0003_signed_approvals"),
        ("rongshu_foundation", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(keep_former_way, migrations.RunPython.noop),
        on("review_act_is_in_table", ACT, "INSERT", OUTSIDE_THE_TABLE, "no such move in the table of moves"),
        on("review_act_passes_open_step", ACT, "INSERT", PASSES_NOTHING, "a pass belongs to an open step"),
        on("review_act_not_by_writer", ACT, "INSERT", WROTE_IT, "nobody reviews what he wrote"),
        on("review_act_one_level", ACT, "INSERT", TWO_LEVELS, "nobody acts in two levels of one piece"),
        on("review_act_is_not_changed", ACT, "UPDATE", "(1 = 1)", "review acts cannot be changed"),
        on("review_act_is_not_deleted", ACT, "DELETE", "(1 = 1)", "review acts cannot be deleted"),
        on(
            "review_begins_new", REVIEW, "INSERT",
            "(NEW.state <> 'new' OR NEW.stage <> 0 OR NEW.last_act_id IS NOT NULL OR NEW.approval_id IS NOT NULL)",
            "a review begins new",
        ),
        on("review_moves_by_act", REVIEW, "UPDATE", MOVES_WITHOUT_ACT, "a review moves by an act only"),
        on("review_skips_no_step", REVIEW, "UPDATE", SKIPS_STEPS, "no step of a review is skipped"),
        on("review_keeps_subject", REVIEW, "UPDATE", CHANGES_SUBJECT, "a review keeps what it is about"),
        on("review_is_not_deleted", REVIEW, "DELETE", "(1 = 1)", "reviews cannot be deleted"),
        on("review_step_keeps_its_place", STEP, "UPDATE", CHANGES_STEP, "a step keeps its place and its act"),
        on(
            "review_step_begins_undone", STEP, "INSERT",
            f"(NEW.done_act_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM {REVIEW} r WHERE r.id = NEW.review_id"
            " AND (r.state = 'new' OR (r.state = 'reviewing' AND NEW.level IS NULL))))",
            "steps are added before submission, proofs until the last review",
        ),
        on("review_step_is_not_deleted", STEP, "DELETE", "(1 = 1)", "review steps cannot be deleted"),
        on("flow_in_use_keeps_levels", FLOW, "UPDATE", FLOW_IN_USE, "a flow in use keeps its levels"),
        *both("approval_covers_route", "rongshu_library_approval", ROUTE_NOT_COVERED,
              "an approval bears every level of its route"),
        on(
            "resource_went_through_review", "rongshu_library_resource", "UPDATE", NO_CASE,
            "a route of several levels is gone through by a review",
        ),
    ]  # fmt: skip
