"""What a resource said at one moment: immutable, with a digest."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.library.models.approvals import ApprovalBatch
from rongshu.library.models.resources import Resource
from rongshu.library.models.standards import SourceApp
from rongshu.organizations.models import Organization


class OpenType(models.TextChoices):
    """公开属性."""

    PROACTIVE = "proactive", "主动公开"
    ON_REQUEST = "on-request", "依申请公开"
    CLOSED = "closed", "不予公开"


class ShareType(models.TextChoices):
    """共享类型."""

    UNCONDITIONAL = "unconditional", "无条件共享"
    CONDITIONAL = "conditional", "有条件共享"
    NONE = "none", "不予共享"


class ResourceForm(models.TextChoices):
    """形态分类."""

    TEXT = "text", "文字"
    PICTURE = "picture", "图片"
    AUDIO = "audio", "音频"
    VIDEO = "video", "视频"
    ATTACHMENT = "attachment", "附件"
    DATASET = "dataset", "数据"
    INFOGRAPHIC = "infographic", "图解"


class ResourceVersion(models.Model):
    """The elements of a resource at one moment (metadata.md 7.4, core table in columns).

    `elements` holds the extension elements by English name. `attachments` lists
    `{"digest", "name", "media_type", "size", "role": "attachment"|"image", "alt"}`.
    `derived` names the elements that a declared rule filled in, and the rule. The body refers to
    files as `attachment:<digest>` and to resources as `resource:<uuid>`.
    The database refuses any change but becoming effective and purging (trigger `version_is_immutable`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Foreign keys without an index of their own: one stands first in a composite index, or nobody asks
    # by it and what it points to is never deleted. Each index costs every one of ten million rows.
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    digest = models.CharField("内容指纹", max_length=80, db_index=True)
    title = models.CharField("标题", max_length=200)
    subtitle = models.CharField("副标题", max_length=200, blank=True)
    description = models.CharField("摘要", max_length=500, blank=True)
    keywords = models.JSONField("关键词", default=list)
    body = models.TextField("正文", blank=True)
    content_source = models.CharField("来源", max_length=100)
    author = models.CharField("作者", max_length=50, blank=True)
    editor = models.CharField("责任编辑", max_length=50, blank=True)
    publisher = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    theme_code = models.CharField("主题分类", max_length=40, blank=True)
    genre_code = models.CharField("体裁分类", max_length=40, blank=True)
    base_code = models.CharField("基础分类", max_length=40, blank=True)
    form = models.CharField("形态分类", max_length=20, choices=ResourceForm.choices)
    audience = models.JSONField("受众分类", default=list)
    language = models.CharField("语言", max_length=20, default="zh-Hans")
    open_type = models.CharField("公开属性", max_length=20, choices=OpenType.choices)
    share_type = models.CharField("共享类型", max_length=20, choices=ShareType.choices)
    image = models.CharField("图片", max_length=300, blank=True)
    # Given by the origin (migration keeps it); None when the first approval is to set it.
    given_published_at = models.DateTimeField(null=True)
    given_published_precision = models.CharField(max_length=10, default="minute")
    elements = models.JSONField("扩展元数据", default=dict)
    attachments = models.JSONField("附件", default=list)
    derived = models.JSONField("推导字段", default=dict)
    # What a person should look at, and what did not refuse it: {"element", "code", "message"}.
    flags = models.JSONField("提示", default=list)
    # The record's name at its source (its URL): a run that is resumed finds what it admitted before.
    external_key = models.CharField("来源标识", max_length=500, blank=True)
    source_app = models.ForeignKey(SourceApp, on_delete=models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(
        ApprovalBatch, on_delete=models.PROTECT, null=True, related_name="versions", db_index=False
    )
    restored_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Set when it was stored as a version candidate of a near duplicate (P2-09), in per mille.
    similarity = models.PositiveSmallIntegerField(null=True)
    created_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    became_effective_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "资源版本"
        indexes = [
            models.Index(
                fields=["created_by", "resource"],
                name="version_by_writer",
                condition=models.Q(created_by__isnull=False),
            ),
            models.Index(
                fields=["batch", "external_key"],
                name="version_by_external_key",
                condition=models.Q(batch__isnull=False),
            ),
            # The order of the manifest, also when it is a million lines long.
            models.Index(
                fields=["batch", "id"], name="version_in_batch", condition=models.Q(batch__isnull=False)
            ),
            models.Index(
                fields=["restored_from"],
                name="version_restored_from",
                condition=models.Q(restored_from__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["resource", "number"], name="version_number_once"),
            models.CheckConstraint(
                condition=(~models.Q(title="") & ~models.Q(title__iexact="null"))
                | models.Q(purged_at__isnull=False),
                name="version_has_title",
            ),
            models.CheckConstraint(
                condition=(~models.Q(content_source="") & ~models.Q(content_source__iexact="null"))
                | models.Q(purged_at__isnull=False),
                name="version_has_source",
            ),
            models.CheckConstraint(
                condition=models.Q(form__in=ResourceForm.values), name="version_form_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(open_type__in=OpenType.values), name="version_open_type_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(share_type__in=ShareType.values), name="version_share_type_is_known"
            ),
            # metadata.md 7.4: Description and ThemeCat are M for 公开信息.
            models.CheckConstraint(
                condition=~models.Q(open_type="proactive")
                | (~models.Q(description="") & ~models.Q(theme_code=""))
                | models.Q(purged_at__isnull=False),
                name="open_version_is_described",
            ),
        ]

    def __str__(self) -> str:
        return self.title
