"""Column standards that a unit keeps for itself, beside those that are shipped."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rongshu_organizations", "0001_initial"),
        ("rongshu_sites", "0007_legacy_hosts"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="columnstandard", options={"verbose_name": "栏目标准", "verbose_name_plural": "栏目标准"}
        ),
        migrations.AddField(
            model_name="columnstandard",
            name="owner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="column_standards",
                to="rongshu_organizations.organization",
            ),
        ),
        migrations.AddConstraint(
            model_name="columnstandard",
            constraint=models.UniqueConstraint(
                fields=("owner", "name"), name="column_standard_once_per_unit"
            ),
        ),
    ]
