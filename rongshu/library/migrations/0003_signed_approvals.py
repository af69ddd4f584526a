"""An effective version's approval is signed at every level it names, and a decided approval never changes."""

from django.db import migrations

from rongshu.foundation.immutability import Trigger

RESOURCE = "rongshu_library_resource"
APPROVAL = "rongshu_library_approval"
SIGNATURE = "rongshu_library_approvalsignature"

NOT_SIGNED = f"""(NEW.effective_version_id IS NOT NULL
    AND (OLD.effective_version_id IS NULL OR OLD.effective_version_id <> NEW.effective_version_id)
    AND EXISTS (SELECT 1 FROM {APPROVAL} a WHERE a.id = NEW.effective_approval_id AND a.levels > (
        SELECT count(*) FROM {SIGNATURE} s WHERE s.approval_id = a.id AND s.is_consent
          AND s.level >= 1 AND s.level <= a.levels)))"""

# One statement that holds for NULL and values alike on both engines.
CHANGED = " OR ".join(
    f"coalesce(cast(NEW.{column} AS text), '') <> coalesce(cast(OLD.{column} AS text), '')"
    for column in (
        "route", "levels", "outcome", "version_digest", "batch_id", "manifest_digest", "rule_digest",
        "column_id", "mandate_id",
    )
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("rongshu_library", "0002_guards")]

    operations = [
        Trigger(
            "resource_effective_is_signed",
            table=RESOURCE,
            event="UPDATE",
            condition=NOT_SIGNED,
            message="an effective version needs a signature at every level of its approval",
        ),
        Trigger(
            "decided_approval_is_final",
            table=APPROVAL,
            event="UPDATE",
            condition=f"(OLD.outcome <> 'pending' AND ({CHANGED}))",
            message="a decided approval is final",
        ),
        *(
            Trigger(
                f"approval_signature_is_not_{word}",
                table=SIGNATURE,
                event=event,
                condition="(1 = 1)",
                message="signatures are final",
            )
            for word, event in (("changed", "UPDATE"), ("deleted", "DELETE"))
        ),
    ]
