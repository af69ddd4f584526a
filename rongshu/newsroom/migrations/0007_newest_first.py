"""Indexes for who sees most cases and recalls: the newest are read first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rongshu_newsroom", "0006_day_counts")]

    operations = [
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["-opened_at", "-id"], name="review_newest"),
        ),
        migrations.AddIndex(
            model_name="recall",
            index=models.Index(fields=["-recalled_at", "-id"], name="recall_newest"),
        ),
    ]
