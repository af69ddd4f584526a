"""Partners are asked where they show what we gave them, and what they tell is kept."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import rongshu.foundation.identifiers


class Migration(migrations.Migration):
    dependencies = [("rongshu_federation", "0005_told_to_compare")]

    operations = [
        # Nullable: SQLite adds the columns in place, and no trigger has to be made anew.
        migrations.AddField(
            model_name="partner", name="uses_told_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="partner", name="uses_due_at", field=models.DateTimeField(null=True)
        ),
        migrations.CreateModel(
            name="UseElsewhere",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=rongshu.foundation.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("node", models.UUIDField()),
                ("node_name", models.CharField(max_length=100, verbose_name="节点")),
                ("resource_id", models.UUIDField(db_index=True)),
                ("site", models.CharField(max_length=200, verbose_name="网站")),
                ("column", models.CharField(max_length=200, verbose_name="栏目")),
                ("url", models.CharField(max_length=400, verbose_name="页面")),
                ("since", models.DateTimeField(verbose_name="使用时间")),
                ("told_at", models.DateTimeField(verbose_name="告知时间")),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="rongshu_federation.partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "资源在其他节点的使用",
                "verbose_name_plural": "资源在其他节点的使用",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner", "node", "resource_id", "url", "column"), name="use_elsewhere_once"
                    )
                ],
            },
        ),
    ]
