"""The database itself refuses to change or delete audit records, seals and numbered events."""

from django.db import migrations

from rongshu.foundation.immutability import Trigger


def never(name, table, event, message):
    """Refuse an event on a table altogether."""
    return Trigger(name, table=table, event=event, condition="(1 = 1)", message=message)


RECORD, SEAL = "rongshu_foundation_auditrecord", "rongshu_foundation_auditseal"


class Migration(migrations.Migration):
    dependencies = [("rongshu_foundation", "0001_initial")]

    operations = [
        never("audit_record_is_not_changed", RECORD, "UPDATE", "audit records cannot be changed"),
        never("audit_record_is_not_deleted", RECORD, "DELETE", "audit records cannot be deleted"),
        never("audit_seal_is_not_changed", SEAL, "UPDATE", "audit seals cannot be changed"),
        never("audit_seal_is_not_deleted", SEAL, "DELETE", "audit seals cannot be deleted"),
        Trigger(
            "event_is_not_renumbered",
            table="rongshu_foundation_event",
            event="UPDATE",
            condition="(OLD.number IS NOT NULL)",
            message="numbered events cannot be changed",
        ),
    ]
