"""What units write over their pictures."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rongshu_newsroom', '0007_newest_first'),
        ('rongshu_organizations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Watermark',
            fields=[
                ('owner', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='watermark', serialize=False, to='rongshu_organizations.organization')),
                ('text', models.CharField(blank=True, max_length=40, verbose_name='文字')),
                ('place', models.CharField(choices=[('br', '右下角'), ('bl', '左下角'), ('tr', '右上角'), ('tl', '左上角'), ('mc', '正中')], default='br', max_length=2, verbose_name='位置')),
                ('strength', models.PositiveSmallIntegerField(default=75, verbose_name='不透明度（%）')),
                ('size', models.PositiveSmallIntegerField(choices=[(55, '小'), (40, '中'), (25, '大')], default=40, verbose_name='字号')),
                ('is_usual', models.BooleanField(default=False, verbose_name='默认加水印')),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': '图片水印',
                'verbose_name_plural': '图片水印',
                'constraints': [models.CheckConstraint(condition=models.Q(('strength__gte', 10), ('strength__lte', 100)), name='watermark_can_be_seen')],
            },
        ),
    ]
