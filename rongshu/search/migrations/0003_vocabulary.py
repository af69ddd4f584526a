"""Words of editors, and what a query shows first or never."""


import django.db.models.deletion
import django.utils.timezone
import rongshu.foundation.identifiers
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rongshu_accounts', '0004_keeping_apart'),
        ('rongshu_search', '0002_learning'),
        ('rongshu_sites', '0005_old_front_pages'),
    ]

    operations = [
        migrations.CreateModel(
            name='VocabularyEntry',
            fields=[
                ('id', models.UUIDField(default=rongshu.foundation.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kind', models.CharField(choices=[('synonyms', '同义词'), ('one-way', '单向扩展'), ('stop', '停用词')], max_length=10, verbose_name='类别')),
                ('words', models.JSONField(default=list, verbose_name='词语')),
                ('leads_to', models.JSONField(default=list, verbose_name='扩展为')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rongshu_accounts.person')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rongshu_sites.site')),
            ],
            options={
                'verbose_name': '检索词汇',
                'verbose_name_plural': '检索词汇',
                'ordering': ['-changed_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Promotion',
            fields=[
                ('id', models.UUIDField(default=rongshu.foundation.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kind', models.CharField(choices=[('best-bet', '推荐'), ('pin', '置顶'), ('block', '屏蔽')], max_length=10, verbose_name='类别')),
                ('queries', models.JSONField(default=list, verbose_name='检索词')),
                ('document', models.CharField(blank=True, max_length=80, verbose_name='文档')),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='标题')),
                ('url', models.CharField(blank=True, max_length=500, verbose_name='链接')),
                ('text', models.CharField(blank=True, max_length=300, verbose_name='摘要')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('begins_on', models.DateField(blank=True, null=True, verbose_name='开始日期')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='结束日期')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rongshu_accounts.person')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rongshu_sites.site')),
            ],
            options={
                'verbose_name': '检索推荐',
                'verbose_name_plural': '检索推荐',
                'ordering': ['position', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'best-bet'), models.Q(('title', ''), _negated=True), models.Q(('url', ''), _negated=True)), models.Q(models.Q(('kind', 'best-bet'), _negated=True), models.Q(('document', ''), _negated=True)), _connector='OR'), name='promotion_names_what')],
            },
        ),
    ]
