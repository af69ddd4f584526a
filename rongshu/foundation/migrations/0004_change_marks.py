"""Marks by which a process sees that what it keeps of a group of tables no longer holds."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rongshu_foundation", "0003_rule_once_for_everyone")]

    operations = [
        migrations.CreateModel(
            name="ChangeMark",
            fields=[
                ("group", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("mark", models.CharField(max_length=36)),
            ],
        ),
    ]
