import django.utils.timezone
import rongshu.foundation.identifiers
from django.db import migrations, models

from rongshu.foundation.immutability import Trigger


class Migration(migrations.Migration):

    dependencies = [
        ('rongshu_federation', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='NodeTrust',
            fields=[
                ('node', models.UUIDField(primary_key=True, serialize=False)),
                ('endorses', models.BooleanField(default=False, verbose_name='采信它的担保')),
                ('keys_tag', models.CharField(blank=True, max_length=80)),
            ],
            options={
                'verbose_name': '节点信任',
                'verbose_name_plural': '节点信任',
            },
        ),
        migrations.CreateModel(
            name='NodeKey',
            fields=[
                ('id', models.UUIDField(default=rongshu.foundation.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('node', models.UUIDField(verbose_name='节点标识')),
                ('key_id', models.CharField(max_length=64, verbose_name='指纹')),
                ('algorithm', models.CharField(max_length=20, verbose_name='算法')),
                ('jwk', models.JSONField(verbose_name='公钥')),
                ('trust', models.CharField(choices=[('own', '本节点'), ('pinned', '人工核对指纹'), ('announced', '由旧密钥宣布'), ('endorsed', '由枢纽担保')], max_length=10, verbose_name='信任依据')),
                ('vouched_by_node', models.UUIDField(null=True)),
                ('vouched_by_key', models.CharField(blank=True, max_length=64)),
                ('vouched_at', models.DateTimeField(null=True)),
                ('valid_from', models.DateTimeField(verbose_name='有效期起')),
                ('valid_until', models.DateTimeField(null=True, verbose_name='有效期止')),
                ('revoked_from', models.DateTimeField(null=True, verbose_name='自何时起不再采信')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='吊销登记时间')),
                ('revocation_reason', models.CharField(blank=True, max_length=300, verbose_name='吊销原因')),
                ('statements', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': '节点密钥',
                'verbose_name_plural': '节点密钥',
                'constraints': [models.UniqueConstraint(fields=('node', 'key_id'), name='node_key_once')],
            },
        ),
        migrations.CreateModel(
            name='SeenNonce',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('node', models.UUIDField()),
                ('nonce', models.CharField(max_length=200)),
                ('until', models.DateTimeField(db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('node', 'nonce'), name='nonce_once')],
            },
        ),
        Trigger(
            'node_key_revocation_stays',
            table='rongshu_federation_nodekey',
            event='UPDATE',
            condition='OLD.revoked_from IS NOT NULL'
            ' AND (NEW.revoked_from IS NULL OR NEW.revoked_from > OLD.revoked_from)',
            message='a revocation is never taken back',
        ),
        Trigger(
            'node_key_is_itself',
            table='rongshu_federation_nodekey',
            event='UPDATE',
            condition='NEW.key_id <> OLD.key_id OR NEW.node <> OLD.node OR NEW.algorithm <> OLD.algorithm',
            message='a key does not become another',
        ),
    ]
