"""Counts of what is looked for, hot words, and keys of the interface."""

import django.db.models.deletion
import django.utils.timezone
import rongshu.foundation.identifiers
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rongshu_accounts", "0004_keeping_apart"),
        ("rongshu_organizations", "0001_initial"),
        ("rongshu_search", "0001_initial"),
        ("rongshu_sites", "0005_old_front_pages"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
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
                ("name", models.CharField(max_length=100, verbose_name="用途")),
                ("hint", models.CharField(max_length=12)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("per_minute", models.PositiveIntegerField(default=60, verbose_name="每分钟次数")),
                ("per_day", models.PositiveIntegerField(default=10000, verbose_name="每日次数")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rongshu_accounts.person",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rongshu_organizations.organization",
                        verbose_name="使用单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "检索接口密钥",
                "verbose_name_plural": "检索接口密钥",
            },
        ),
        migrations.CreateModel(
            name="ApiKeyUse",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField(verbose_name="日期")),
                ("count", models.PositiveIntegerField(default=0)),
                ("minute", models.PositiveIntegerField(default=0)),
                ("in_minute", models.PositiveIntegerField(default=0)),
                (
                    "key",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="rongshu_search.apikey",
                    ),
                ),
            ],
            options={
                "verbose_name": "检索接口用量",
                "verbose_name_plural": "检索接口用量",
                "constraints": [models.UniqueConstraint(fields=("key", "day"), name="key_use_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="HotWord",
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
                ("text", models.CharField(max_length=30, verbose_name="热词")),
                ("is_hidden", models.BooleanField(default=False, verbose_name="不展示")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rongshu_accounts.person",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="rongshu_sites.site",
                    ),
                ),
            ],
            options={
                "verbose_name": "热词",
                "verbose_name_plural": "热词",
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("site", "text"), name="hot_word_once_a_site"),
                    models.UniqueConstraint(
                        condition=models.Q(("site", None)), fields=("text",), name="hot_word_once_everywhere"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="hot_word_has_text"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QueryCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[("asked", "检索"), ("nothing", "无结果"), ("opened", "点击")], max_length=10
                    ),
                ),
                ("text", models.CharField(max_length=60, verbose_name="检索词")),
                ("document", models.CharField(blank=True, max_length=80, verbose_name="打开的内容")),
                ("count", models.PositiveIntegerField(default=0)),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="rongshu_sites.site",
                    ),
                ),
            ],
            options={
                "verbose_name": "检索统计",
                "verbose_name_plural": "检索统计",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "site", "kind", "text", "document"), name="query_counted_once_a_day"
                    )
                ],
            },
        ),
    ]
