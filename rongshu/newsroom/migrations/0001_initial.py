"""The newsroom begins; its tables follow."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("rongshu_library", "0002_guards"), ("rongshu_sites", "0004_ranked_placements")]
    operations: list[object] = []
