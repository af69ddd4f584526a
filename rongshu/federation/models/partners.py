"""The nodes we exchange records with, what each may have of us, and what we want of it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.organizations.models import Organization
from rongshu.sites.models import Column, Site

EVERYTHING = "*"
"""The category that stands for all of them; others are `type:<code>` and `theme:<code>`."""


class Partner(models.Model):
    """A neighbouring node. Its id is the node id it says of itself, pinned with its keys.

    `cursor` is the last number of its feed (of `epoch`) whose records are in the library here.
    """

    class Role(models.TextChoices):
        HUB = "hub", "省级枢纽"
        CITY = "city", "市级节点"
        DISTRICT = "district", "区县节点"
        PEER = "peer", "对等节点"

    class Relation(models.TextChoices):
        ABOVE = "above", "上级"
        BELOW = "below", "下级"
        BESIDE = "beside", "平级"

    class State(models.TextChoices):
        ACTIVE = "active", "正常"
        PAUSED = "paused", "已暂停"
        SILENT = "silent", "失去联系"
        REFUSED = "refused", "已拒绝"

    class Attachments(models.TextChoices):
        EAGER = "eager", "先取附件，再行入库"
        LAZY = "lazy", "首次使用时取附件"

    id = models.UUIDField("节点标识", primary_key=True, editable=False)
    name = models.CharField("名称", max_length=100)
    base_url = models.CharField("网址", max_length=300, unique=True)
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    relation = models.CharField("关系", max_length=20, choices=Relation.choices)
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.ACTIVE)
    state_reason = models.CharField("状态原因", max_length=300, blank=True)
    region_code = models.CharField("区划代码", max_length=12, blank=True)
    # Below which organisation the owners of its records stand here, and to whom 有条件共享 is granted.
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    steward = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="责任人")
    target_site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    protocol = models.CharField("协议版本", max_length=10, default="1")

    pulls = models.BooleanField("从它获取", default=True)
    gives = models.BooleanField("允许它获取", default=True)
    relays = models.BooleanField("转供其他节点的资源", default=False)
    hints = models.BooleanField("变更即时提示它", default=True)
    attachments = models.CharField("附件策略", max_length=10, choices=Attachments.choices, default="eager")
    poll_seconds = models.PositiveIntegerField("轮询间隔（秒）", default=60)
    batch_size = models.PositiveIntegerField("每批条数", default=500)
    rate_bytes = models.PositiveIntegerField("带宽上限（字节/秒）", null=True)
    window_from = models.TimeField("允许时段起", null=True)
    window_until = models.TimeField("允许时段止", null=True)

    epoch = models.UUIDField(null=True)
    cursor = models.BigIntegerField(default=0)
    last_number = models.BigIntegerField("对方最新序号", default=0)
    etag = models.CharField(max_length=120, blank=True)
    hinted_at = models.DateTimeField(null=True)
    next_poll_at = models.DateTimeField(default=timezone.now)
    last_contact_at = models.DateTimeField("最近联系", null=True)
    last_change_at = models.DateTimeField("最近收到变更", null=True)
    reconciled_at = models.DateTimeField("最近核对", null=True)
    needs_reconciling = models.BooleanField("待核对", default=False)
    # How far it has read our feed, by its own requests: what it has not asked for beyond is its lag.
    given_number = models.BigIntegerField(default=0)
    hinted_number = models.BigIntegerField(default=0)
    # It may have more than when it read our feed: it is told to compare the manifest, and has not yet.
    granted_more_at = models.DateTimeField(null=True)
    # When it told which of our resources it uses where, and when it is asked next; null: as soon as may be.
    uses_told_at = models.DateTimeField(null=True)
    uses_due_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField("连续失败次数", default=0)
    error_code = models.CharField(max_length=60, blank=True)
    error = models.CharField("最近错误", max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "联通节点"

    def __str__(self) -> str:
        return self.name

    @property
    def source(self) -> str:
        """What its batches and the mandate for it name as their source."""
        return f"federation:{self.pk}"

    @property
    def lag(self) -> int:
        """How many numbers of its feed are not here yet, as far as it told."""
        return max(self.last_number - self.cursor, 0)


class PartnerCategory(models.Model):
    """A category that a partner may have of us, or that we want of it: `*`, `type:article`, `theme:11`."""

    class Direction(models.TextChoices):
        GIVEN = "given", "授权给它"
        WANTED = "wanted", "从它获取"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="categories")
    direction = models.CharField(max_length=10, choices=Direction.choices)
    category = models.CharField("类别", max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "direction", "category"], name="partner_category_once")
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.category}"


class PartnerRoute(models.Model):
    """What of a partner's records goes into which of our columns, under the batch's approval."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="routes")
    category = models.CharField("类别", max_length=60, default=EVERYTHING)
    column = models.ForeignKey(Column, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "category", "column"], name="partner_route_once")
        ]

    def __str__(self) -> str:
        return f"{self.category} → {self.column_id}"
