"""Counters for the overview, begun with what is there, and standards that have ended."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Count
from django.db.models.functions import TruncDate


def count_what_is_there(apps, schema_editor):
    """Count every resource once, by the day it came."""
    resources = apps.get_model("rongshu_library", "Resource").objects.annotate(day=TruncDate("created_at"))
    stored = apps.get_model("rongshu_library", "StoredOnDay").objects
    rows = resources.values_list("day", "owner_id", "type_id").annotate(count=Count("pk")).order_by()
    model = stored.model
    stored.bulk_create(
        (model(day=day, owner_id=owner, type_id=type_, count=count) for day, owner, type_, count in rows),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("rongshu_library", "0004_leaner_rows"),
        ("rongshu_organizations", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="librarystandard",
            name="ended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="CallsOnDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("count", models.PositiveIntegerField(default=0)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rongshu_organizations.organization",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("day", "owner"), name="calls_once_per_day")],
            },
        ),
        migrations.CreateModel(
            name="ResourceCalls",
            fields=[
                (
                    "resource",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="calls",
                        serialize=False,
                        to="rongshu_library.resource",
                    ),
                ),
                ("count", models.PositiveIntegerField(default=0)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rongshu_organizations.organization",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-count"], name="calls_ranked"),
                    models.Index(fields=["owner", "-count"], name="calls_ranked_by_owner"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredOnDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("count", models.IntegerField(default=0)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rongshu_organizations.organization",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rongshu_library.resourcetype",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "owner", "type"), name="stored_once_per_day")
                ],
            },
        ),
        migrations.RunPython(count_what_is_there, migrations.RunPython.noop),
    ]
