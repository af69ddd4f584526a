"""The approval of an effective version can't be exchanged for one that would not have made it effective."""

from django.db import migrations

from rongshu.foundation.immutability import Trigger

APPROVAL = "rongshu_library_approval"
SIGNATURE = "rongshu_library_approvalsignature"

# The triggers on an effective version that changes say the same; this one stands where it stays.
UNFIT = f"""(NEW.effective_version_id IS NOT NULL AND NEW.effective_version_id = OLD.effective_version_id
    AND NEW.effective_approval_id <> OLD.effective_approval_id
    AND NOT EXISTS (SELECT 1 FROM {APPROVAL} a
        JOIN rongshu_library_resourceversion v ON v.id = NEW.effective_version_id
        JOIN rongshu_newsroom_flow f ON f.code = a.route
        WHERE a.id = NEW.effective_approval_id AND a.outcome = 'approved' AND a.column_id IS NULL
          AND (a.version_digest = v.digest OR a.batch_id = v.batch_id)
          AND a.levels <= (SELECT count(*) FROM {SIGNATURE} s WHERE s.approval_id = a.id AND s.is_consent
              AND s.level >= 1 AND s.level <= a.levels)
          AND (a.batch_id IS NOT NULL OR f.levels = 1 OR EXISTS (
              SELECT 1 FROM rongshu_newsroom_review r WHERE r.approval_id = a.id AND r.state = 'published'
                AND r.version_digest = a.version_digest AND r.resource_id = NEW.id))))"""  # noqa: S608 - names of tables, no input


class Migration(migrations.Migration):
    dependencies = [
        ("rongshu_newsroom", "0004_drafting"),
        ("rongshu_library", "0005_counts"),
    ]

    operations = [
        Trigger(
            "resource_keeps_fit_approval",
            table="rongshu_library_resource",
            event="UPDATE",
            condition=UNFIT,
            message="the approval of an effective version is one that made it so",
        ),
    ]
