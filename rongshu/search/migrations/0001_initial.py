"""The state of the index: builds under way, texts of attachments."""

import django.utils.timezone
from django.db import migrations, models

import rongshu.foundation.identifiers


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ReadAttachment",
            fields=[
                ("digest", models.CharField(max_length=80, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("read", "已读取"),
                            ("without-text", "没有文字"),
                            ("unreadable", "无法读取"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("reader", models.PositiveSmallIntegerField(default=1)),
                ("read_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "附件文字",
                "verbose_name_plural": "附件文字",
            },
        ),
        migrations.CreateModel(
            name="IndexBuild",
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
                ("index", models.CharField(max_length=20)),
                ("generation", models.CharField(blank=True, max_length=80)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("after", models.UUIDField(null=True)),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("touched", models.JSONField(default=list)),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("began_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                ("is_switched", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "索引重建",
                "verbose_name_plural": "索引重建",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("index",),
                        name="one_open_build_per_index",
                    )
                ],
            },
        ),
    ]
