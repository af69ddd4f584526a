"""An index of what the clock is still to show."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rongshu_sites", "0005_old_front_pages")]

    operations = [
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(
                condition=models.Q(("state", "scheduled")),
                fields=["visible_from"],
                name="placement_scheduled",
            ),
        ),
    ]
