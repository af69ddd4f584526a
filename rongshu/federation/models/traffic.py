"""What went and what came: the message log, and what partners confirmed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.federation.models.partners import Partner
from rongshu.foundation.identifiers import new_id
from rongshu.library.models import ApprovalBatch


class Message(models.Model):
    """One exchange with a partner. What was told keeps its body, so that it can be found and sent again.

    The id makes sending idempotent: the receiver knows a message it has taken already. Batches are not kept.
    """

    class Direction(models.TextChoices):
        IN = "in", "收"
        OUT = "out", "发"

    class Kind(models.TextChoices):
        PULL = "pull", "获取变更"
        SERVE = "serve", "提供变更"
        HINT = "hint", "变更提示"
        REPORT = "report", "报送"
        OFFER = "offer", "下发"
        RECEIPT = "receipt", "回执"
        RECONCILE = "reconcile", "核对"
        FILE = "file", "附件"

    class Status(models.TextChoices):
        WAITING = "waiting", "待发送"
        DONE = "done", "完成"
        FAILED = "failed", "失败，将重试"
        REFUSED = "refused", "被拒绝"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField("方向", max_length=3, choices=Direction.choices)
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    status = models.CharField("状态", max_length=10, choices=Status.choices)
    count = models.PositiveIntegerField("条数", default=0)
    bytes = models.BigIntegerField("字节", default=0)
    details = models.JSONField("数量明细", default=dict)
    digest = models.CharField("内容指纹", max_length=80, blank=True)
    body = models.JSONField(null=True)
    error_code = models.CharField(max_length=60, blank=True)
    error = models.CharField("错误", max_length=500, blank=True)
    attempts = models.PositiveIntegerField("尝试次数", default=0)
    next_try_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        indexes = [
            models.Index(fields=["partner", "-at"], name="message_by_partner"),
            models.Index(fields=["-at"], name="message_in_trouble", condition=~models.Q(error_code="")),
            models.Index(fields=["digest"], name="message_by_digest", condition=~models.Q(digest="")),
            models.Index(fields=["-at", "-id"], name="message_by_time"),
            models.Index(
                fields=["next_try_at"],
                name="message_to_send",
                condition=models.Q(direction="out", status__in=["waiting", "failed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.kind} {self.status}"


class Delivery(models.Model):
    """What one or several pulls from a partner brought in, approved as one batch."""

    class State(models.TextChoices):
        OPEN = "open", "接收中"
        WAITING = "waiting", "待审批"
        DONE = "done", "完成"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="deliveries")
    batch = models.OneToOneField(ApprovalBatch, on_delete=models.PROTECT, related_name="delivery")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    count = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(
                fields=["partner", "state"], name="delivery_unfinished", condition=~models.Q(state="done")
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.state}"


class Receipt(models.Model):
    """A node confirmed that a state of a resource took effect there, or why it did not.

    `node` is who confirms, `partner` who told us: a hub passes on what the nodes behind it confirm.
    """

    class Kind(models.TextChoices):
        EFFECTIVE = "effective", "已入库生效"
        WITHDRAWN = "withdrawn", "已撤回"
        PURGED = "purged", "已清除"
        QUARANTINED = "quarantined", "被隔离"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="receipts")
    node = models.UUIDField()
    resource_id = models.UUIDField(db_index=True)
    origin_version = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    details = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "回执"
        constraints = [
            models.UniqueConstraint(
                fields=["node", "resource_id", "origin_version", "kind"], name="receipt_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.resource_id}"
