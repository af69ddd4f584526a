"""What was filed of a migration — application, test report, sign-off — is kept as it was said (P1-08)."""

from django.db import migrations

from rongshu.foundation.immutability import Trigger

_PAPER = "rongshu_intake_intakepaper"


class Migration(migrations.Migration):
    dependencies = [("rongshu_intake", "0009_listed_days")]

    operations = [
        Trigger(
            "intake_paper_unchanged", table=_PAPER, event="UPDATE", condition="1 = 1",
            message="a paper of a migration is never changed",
        ),
        Trigger(
            "intake_paper_kept", table=_PAPER, event="DELETE", condition="1 = 1",
            message="a paper of a migration is never deleted",
        ),
    ]  # fmt: skip
