"""A partner that is granted more than before is told to compare our manifest."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rongshu_federation", "0004_local_node")]

    operations = [
        # Nullable: SQLite adds the column in place, and no trigger has to be made anew.
        migrations.AddField(
            model_name="partner", name="granted_more_at", field=models.DateTimeField(null=True)
        ),
    ]
