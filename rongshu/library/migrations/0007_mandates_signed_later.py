"""A mandate may be given before its signers have signed; it holds from the last signature on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rongshu_library", "0006_titles_and_writers")]

    operations = [
        migrations.AlterField("mandatesigner", "signed_at", models.DateTimeField(null=True)),
    ]
