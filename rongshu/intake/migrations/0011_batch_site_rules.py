"""The extraction rules of a plan stay with the site of a batch until its run begins."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rongshu_intake", "0010_papers_kept")]

    operations = [
        migrations.AddField(model_name="batchsite", name="rules", field=models.JSONField(default=dict)),
    ]
