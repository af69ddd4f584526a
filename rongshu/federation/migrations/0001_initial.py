"""Partners, the feed, foreign records, traffic, reports and offers; foreign records are read-only."""

import django.db.models.deletion
import django.utils.timezone
import rongshu.foundation.identifiers
from django.db import migrations, models


from rongshu.foundation.immutability import Trigger

RESOURCE = "rongshu_library_resource"
INSTALLATION = "rongshu_foundation_installation"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('rongshu_accounts', '0004_keeping_apart'),
        ('rongshu_library', '0006_titles_and_writers'),
        ('rongshu_organizations', '0001_initial'),
        ('rongshu_sites', '0006_scheduled_placements'),
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('resource', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='federated_change', serialize=False, to='rongshu_library.resource')),
                ('number', models.BigIntegerField(unique=True)),
                ('kind', models.CharField(choices=[('upsert', '新增或更新'), ('withdrawn', '撤回'), ('purged', '清除')], max_length=10)),
                ('version', models.BigIntegerField()),
                ('digest', models.CharField(max_length=80)),
                ('type_code', models.CharField(max_length=40)),
                ('theme_code', models.CharField(blank=True, max_length=40)),
                ('share_type', models.CharField(max_length=20)),
                ('was_open', models.BooleanField(default=False)),
                ('origin_node', models.UUIDField()),
                ('grants', models.JSONField(default=list)),
                ('record', models.TextField(blank=True)),
                ('proof', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['at', 'resource'], name='change_by_time')],
            },
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('last_number', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='feed_is_single')],
            },
        ),
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False, verbose_name='节点标识')),
                ('name', models.CharField(max_length=100, verbose_name='名称')),
                ('base_url', models.CharField(max_length=300, unique=True, verbose_name='网址')),
                ('role', models.CharField(choices=[('hub', '省级枢纽'), ('city', '市级节点'), ('district', '区县节点'), ('peer', '对等节点')], max_length=20, verbose_name='角色')),
                ('relation', models.CharField(choices=[('above', '上级'), ('below', '下级'), ('beside', '平级')], max_length=20, verbose_name='关系')),
                ('state', models.CharField(choices=[('active', '正常'), ('paused', '已暂停'), ('silent', '失去联系'), ('refused', '已拒绝')], default='active', max_length=20, verbose_name='状态')),
                ('state_reason', models.CharField(blank=True, max_length=300, verbose_name='状态原因')),
                ('region_code', models.CharField(blank=True, max_length=12, verbose_name='区划代码')),
                ('protocol', models.CharField(default='1', max_length=10, verbose_name='协议版本')),
                ('pulls', models.BooleanField(default=True, verbose_name='从它获取')),
                ('gives', models.BooleanField(default=True, verbose_name='允许它获取')),
                ('relays', models.BooleanField(default=False, verbose_name='转供其他节点的资源')),
                ('hints', models.BooleanField(default=True, verbose_name='变更即时提示它')),
                ('attachments', models.CharField(choices=[('eager', '先取附件，再行入库'), ('lazy', '首次使用时取附件')], default='eager', max_length=10, verbose_name='附件策略')),
                ('poll_seconds', models.PositiveIntegerField(default=60, verbose_name='轮询间隔（秒）')),
                ('batch_size', models.PositiveIntegerField(default=500, verbose_name='每批条数')),
                ('rate_bytes', models.PositiveIntegerField(null=True, verbose_name='带宽上限（字节/秒）')),
                ('window_from', models.TimeField(null=True, verbose_name='允许时段起')),
                ('window_until', models.TimeField(null=True, verbose_name='允许时段止')),
                ('epoch', models.UUIDField(null=True)),
                ('cursor', models.BigIntegerField(default=0)),
                ('last_number', models.BigIntegerField(default=0, verbose_name='对方最新序号')),
                ('etag', models.CharField(blank=True, max_length=120)),
                ('hinted_at', models.DateTimeField(null=True)),
                ('next_poll_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_contact_at', models.DateTimeField(null=True, verbose_name='最近联系')),
                ('last_change_at', models.DateTimeField(null=True, verbose_name='最近收到变更')),
                ('reconciled_at', models.DateTimeField(null=True, verbose_name='最近核对')),
                ('needs_reconciling', models.BooleanField(default=False, verbose_name='待核对')),
                ('given_number', models.BigIntegerField(default=0)),
                ('hinted_number', models.BigIntegerField(default=0)),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='连续失败次数')),
                ('error_code', models.CharField(blank=True, max_length=60)),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='最近错误')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rongshu_organizations.organization')),
                ('steward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rongshu_accounts.person', verbose_name='责任人')),
                ('target_site', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rongshu_sites.site')),
            ],
            options={
                'verbose_name': '联通节点',
                'verbose_name_plural': '联通节点',
            },
        ),
        migrations.CreateModel(
            name='ForeignResource',
            fields=[
                ('resource', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='foreign', serialize=False, to='rongshu_library.resource')),
                ('origin_node', models.UUIDField(db_index=True)),
                ('origin_version', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('upsert', '新增或更新'), ('withdrawn', '撤回'), ('purged', '清除')], max_length=10)),
                ('digest', models.CharField(max_length=80)),
                ('header', models.JSONField()),
                ('proof', models.JSONField(null=True)),
                ('via', models.JSONField(default=list)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('version', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rongshu_library.resourceversion')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='foreign_resources', to='rongshu_federation.partner')),
            ],
            options={
                'verbose_name': '外来资源',
                'verbose_name_plural': '外来资源',
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.UUIDField(default=rongshu.foundation.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('batch_id', models.UUIDField(db_index=True, default=rongshu.foundation.identifiers.new_id)),
                ('direction', models.CharField(choices=[('in', '收到'), ('out', '发出')], max_length=3)),
                ('resource_id', models.UUIDField(db_index=True)),
                ('title', models.CharField(max_length=200, verbose_name='标题')),
                ('wish', models.CharField(blank=True, max_length=300, verbose_name='建议栏目')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('state', models.CharField(choices=[('sent', '已发出'), ('received', '已收到'), ('accepted', '已采用'), ('declined', '已退回')], max_length=10, verbose_name='状态')),
                ('decided_by_name', models.CharField(blank=True, max_length=100)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('is_mandatory', models.BooleanField(default=False, verbose_name='必须采用')),
                ('column', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='rongshu_sites.column')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rongshu_accounts.person')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rongshu_accounts.person')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rongshu_federation.partner')),
            ],
            options={
                'verbose_name': '下发',
                'verbose_name_plural': '下发',
                'indexes': [models.Index(fields=['direction', 'state', '-at'], name='offer_by_state')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=rongshu.foundation.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('direction', models.CharField(choices=[('in', '收'), ('out', '发')], max_length=3, verbose_name='方向')),
                ('kind', models.CharField(choices=[('pull', '获取变更'), ('serve', '提供变更'), ('hint', '变更提示'), ('report', '报送'), ('offer', '下发'), ('receipt', '回执'), ('reconcile', '核对'), ('file', '附件')], max_length=10, verbose_name='类别')),
                ('status', models.CharField(choices=[('waiting', '待发送'), ('done', '完成'), ('failed', '失败，将重试'), ('refused', '被拒绝')], max_length=10, verbose_name='状态')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='条数')),
                ('bytes', models.BigIntegerField(default=0, verbose_name='字节')),
                ('details', models.JSONField(default=dict, verbose_name='数量明细')),
                ('digest', models.CharField(blank=True, max_length=80, verbose_name='内容指纹')),
                ('body', models.JSONField(null=True)),
                ('error_code', models.CharField(blank=True, max_length=60)),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='错误')),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='尝试次数')),
                ('next_try_at', models.DateTimeField(null=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='rongshu_federation.partner')),
            ],
            options={
                'verbose_name': '消息',
                'verbose_name_plural': '消息',
                'indexes': [models.Index(fields=['partner', '-at'], name='message_by_partner'), models.Index(fields=['-at', '-id'], name='message_by_time'), models.Index(condition=models.Q(('direction', 'out'), ('status__in', ['waiting', 'failed'])), fields=['next_try_at'], name='message_to_send')],
            },
        ),
        migrations.CreateModel(
            name='PartnerCategory',
            fields=[
                ('id', models.UUIDField(default=rongshu.foundation.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('direction', models.CharField(choices=[('given', '授权给它'), ('wanted', '从它获取')], max_length=10)),
                ('category', models.CharField(max_length=60, verbose_name='类别')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='categories', to='rongshu_federation.partner')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('partner', 'direction', 'category'), name='partner_category_once')],
            },
        ),
        migrations.CreateModel(
            name='PartnerRoute',
            fields=[
                ('id', models.UUIDField(default=rongshu.foundation.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('category', models.CharField(default='*', max_length=60, verbose_name='类别')),
                ('column', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rongshu_sites.column')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='routes', to='rongshu_federation.partner')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('partner', 'category', 'column'), name='partner_route_once')],
            },
        ),
        migrations.CreateModel(
            name='Quarantined',
            fields=[
                ('id', models.UUIDField(default=rongshu.foundation.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('resource_id', models.UUIDField()),
                ('origin_node', models.UUIDField()),
                ('origin_version', models.BigIntegerField()),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='标题')),
                ('envelope', models.JSONField()),
                ('reasons', models.JSONField(default=list, verbose_name='原因')),
                ('attempts', models.PositiveIntegerField(default=1, verbose_name='尝试次数')),
                ('next_try_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('waiting', '隔离中'), ('admitted', '已入库'), ('dropped', '已放弃')], default='waiting', max_length=10, verbose_name='状态')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quarantined', to='rongshu_federation.partner')),
            ],
            options={
                'verbose_name': '隔离记录',
                'verbose_name_plural': '隔离记录',
                'indexes': [models.Index(fields=['state', 'next_try_at'], name='quarantined_due')],
                'constraints': [models.UniqueConstraint(fields=('partner', 'resource_id'), name='quarantined_once_per_partner')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.UUIDField(default=rongshu.foundation.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('node', models.UUIDField()),
                ('resource_id', models.UUIDField(db_index=True)),
                ('origin_version', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('effective', '已入库生效'), ('withdrawn', '已撤回'), ('purged', '已清除'), ('quarantined', '被隔离')], max_length=12)),
                ('details', models.JSONField(default=dict)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='receipts', to='rongshu_federation.partner')),
            ],
            options={
                'verbose_name': '回执',
                'verbose_name_plural': '回执',
                'constraints': [models.UniqueConstraint(fields=('node', 'resource_id', 'origin_version', 'kind'), name='receipt_once')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.UUIDField(default=rongshu.foundation.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('batch_id', models.UUIDField(db_index=True, default=rongshu.foundation.identifiers.new_id)),
                ('direction', models.CharField(choices=[('in', '收到'), ('out', '发出')], max_length=3)),
                ('resource_id', models.UUIDField(db_index=True)),
                ('title', models.CharField(max_length=200, verbose_name='标题')),
                ('wish', models.CharField(blank=True, max_length=300, verbose_name='建议栏目')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('state', models.CharField(choices=[('sent', '已发出'), ('received', '已收到'), ('accepted', '已采用'), ('declined', '已退回')], max_length=10, verbose_name='状态')),
                ('decided_by_name', models.CharField(blank=True, max_length=100)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('column', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='rongshu_sites.column')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rongshu_accounts.person')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rongshu_federation.partner')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rongshu_accounts.person')),
            ],
            options={
                'verbose_name': '报送',
                'verbose_name_plural': '报送',
                'indexes': [models.Index(fields=['direction', 'state', '-at'], name='report_by_state')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=rongshu.foundation.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('open', '接收中'), ('waiting', '待审批'), ('done', '完成')], default='open', max_length=10)),
                ('count', models.PositiveIntegerField(default=0)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('batch', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='delivery', to='rongshu_library.approvalbatch')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='rongshu_federation.partner')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'done'), _negated=True), fields=['partner', 'state'], name='delivery_unfinished')],
            },
        ),
        # The origin owns: what came from another node changes by its word only (source system "federation").
        Trigger(
            "foreign_resource_is_read_only",
            table="rongshu_library_resourceversion",
            event="INSERT",
            condition=f"""(NEW.source_app_id <> 'federation' AND EXISTS (
    SELECT 1 FROM {RESOURCE} r JOIN {INSTALLATION} i ON i.id = 1
    WHERE r.id = NEW.resource_id AND r.origin_node <> i.node_id))""",
            message="a record of another node is changed there, not here",
        ),
        Trigger(
            "resource_keeps_its_origin",
            table=RESOURCE,
            event="UPDATE",
            condition="(NEW.origin_node <> OLD.origin_node)",
            message="where a record comes from never changes",
        ),
    ]
