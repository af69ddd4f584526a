"""What this node says of itself to others: role, address, profile."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rongshu_federation", "0003_harvest_entries"),
    ]

    operations = [
        migrations.CreateModel(
            name="LocalNode",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("hub", "省级枢纽"),
                            ("city", "市级节点"),
                            ("district", "区县节点"),
                            ("peer", "对等节点"),
                        ],
                        default="peer",
                        max_length=20,
                        verbose_name="角色",
                    ),
                ),
                ("base_url", models.CharField(blank=True, max_length=300, verbose_name="对外网址")),
                ("region_code", models.CharField(blank=True, max_length=12, verbose_name="区划代码")),
                ("profile", models.SlugField(blank=True, max_length=40, verbose_name="区域方案")),
                ("licence", models.CharField(blank=True, max_length=200, verbose_name="使用许可")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="local_node_is_single")
                ],
            },
        ),
    ]
