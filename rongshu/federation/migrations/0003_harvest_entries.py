"""When a resource last changed for those who harvest it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rongshu_federation', '0002_keys'),
        ('rongshu_library', '0007_mandates_signed_later'),
    ]

    operations = [
        migrations.CreateModel(
            name='HarvestEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('place', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('resource', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rongshu_library.resource')),
            ],
            options={
                'indexes': [models.Index(fields=['place', 'at', 'resource'], name='harvest_by_time')],
                'constraints': [models.UniqueConstraint(fields=('resource', 'place'), name='harvested_once_per_place')],
            },
        ),
    ]
