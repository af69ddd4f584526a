"""A rule for everyone has one value a day on SQLite, too, which takes two missing organisations for two."""

from django.db import migrations, models


def drop_doubles(apps, schema_editor):
    """Keep the youngest row of each day: the one that was set last."""
    rule_value = apps.get_model("rongshu_foundation", "RuleValue")
    seen = set()
    for row in rule_value.objects.filter(organization_id=None).order_by("-pk"):
        if (row.code, row.effective_on) in seen:
            row.delete()
        seen.add((row.code, row.effective_on))


class Migration(migrations.Migration):
    dependencies = [("rongshu_foundation", "0002_immutable_audit")]

    operations = [
        migrations.RunPython(drop_doubles, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="rulevalue",
            constraint=models.UniqueConstraint(
                fields=["code", "effective_on"],
                condition=models.Q(organization_id__isnull=True),
                name="rule_for_everyone_once_per_day",
            ),
        ),
    ]
