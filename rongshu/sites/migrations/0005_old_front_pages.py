"""The first page of an old site leads to the first page of the new one."""

from django.db import migrations, models

from rongshu.foundation.immutability import KeepingTriggers


class Migration(migrations.Migration):
    dependencies = [("rongshu_sites", "0004_ranked_placements")]

    operations = [
        KeepingTriggers(
            [migrations.AddField("legacyaddress", "leads_home", models.BooleanField(default=False))]
        ),
    ]
