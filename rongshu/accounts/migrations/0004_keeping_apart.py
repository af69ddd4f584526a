"""三员分立 in the database, and a history of sign-in nobody rewrites."""

from django.db import migrations

from rongshu.foundation.immutability import Trigger

GRANTS = "rongshu_accounts_rolegrant"
ROLES = "rongshu_accounts_role"
EXCLUSIVE = "('operator', 'platform-administrator', 'security-administrator', 'audit-administrator')"
SEPARATED = "('platform-administrator', 'security-administrator', 'audit-administrator')"
# Two grants in force at some moment for one person, of two roles that check each other.
HOLDS_TWO = f"""
    NEW.revoked_at IS NULL AND NEW.role_id IN {EXCLUSIVE} AND EXISTS (
        SELECT 1 FROM {GRANTS} held
        WHERE held.person_id = NEW.person_id AND held.id <> NEW.id AND held.revoked_at IS NULL
          AND held.role_id IN {EXCLUSIVE} AND held.role_id <> NEW.role_id
          AND (held.valid_until IS NULL OR held.valid_until > NEW.valid_from)
          AND (NEW.valid_until IS NULL OR NEW.valid_until > held.valid_from)
    )
"""
CONTENT = " OR ".join(
    f"CAST(NEW.capabilities AS TEXT) LIKE '%\"{kind}.%'"
    for kind in ("resource", "review", "proof", "piece", "finding", "placement", "intake")
)
WORKS_ON_CONTENT = f"NEW.code IN {SEPARATED} AND ({CONTENT})"
KEPT_APART = "three administrators: one person holds one of these roles only"
NO_CONTENT = "three administrators: these roles do not reach content"


class Migration(migrations.Migration):
    dependencies = [("rongshu_accounts", "0003_signing_in")]

    operations = [
        Trigger("grant_kept_apart", table=GRANTS, event="INSERT", condition=HOLDS_TWO, message=KEPT_APART),
        Trigger(
            "changed_grant_kept_apart", table=GRANTS, event="UPDATE", condition=HOLDS_TWO, message=KEPT_APART
        ),
        Trigger(
            "administrators_without_content",
            table=ROLES,
            event="INSERT",
            condition=WORKS_ON_CONTENT,
            message=NO_CONTENT,
        ),
        Trigger(
            "changed_administrators_without_content",
            table=ROLES,
            event="UPDATE",
            condition=WORKS_ON_CONTENT,
            message=NO_CONTENT,
        ),
        Trigger(
            "sign_in_attempts_stand",
            table="rongshu_accounts_signinattempt",
            event="UPDATE",
            condition="1 = 1",
            message="an attempt to sign in is written once",
        ),
    ]
