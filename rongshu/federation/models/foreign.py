"""Records of other nodes: where each came from, and those that may not come in yet."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.federation.models.feed import Change
from rongshu.federation.models.partners import Partner
from rongshu.foundation.identifiers import new_id
from rongshu.library.models import Resource, ResourceVersion


class ForeignResource(models.Model):
    """A resource another node owns: its newest state as received, with the origin's own signature.

    `header` is the envelope without content and proof, word for word, so that it can be passed on and
    verified again; `via` are the nodes it passed, the origin excluded.
    """

    resource = models.OneToOneField(
        Resource, on_delete=models.CASCADE, primary_key=True, related_name="foreign"
    )
    origin_node = models.UUIDField(db_index=True)
    origin_version = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Change.Kind.choices)
    digest = models.CharField(max_length=80)
    header = models.JSONField()
    proof = models.JSONField(null=True)
    via = models.JSONField(default=list)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="foreign_resources")
    version = models.ForeignKey(
        ResourceVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "外来资源"

    def __str__(self) -> str:
        return f"{self.origin_node} {self.origin_version}"


class Quarantined(models.Model):
    """A record that may not come in: kept with the reasons, tried again, or let go by a person."""

    class State(models.TextChoices):
        WAITING = "waiting", "隔离中"
        ADMITTED = "admitted", "已入库"
        DROPPED = "dropped", "已放弃"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="quarantined")
    resource_id = models.UUIDField()
    origin_node = models.UUIDField()
    origin_version = models.BigIntegerField()
    title = models.CharField("标题", max_length=200, blank=True)
    envelope = models.JSONField()
    # Each: code, message, and the element where there is one.
    reasons = models.JSONField("原因", default=list)
    attempts = models.PositiveIntegerField("尝试次数", default=1)
    next_try_at = models.DateTimeField(null=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "隔离记录"
        constraints = [
            models.UniqueConstraint(fields=["partner", "resource_id"], name="quarantined_once_per_partner")
        ]
        indexes = [models.Index(fields=["state", "next_try_at"], name="quarantined_due")]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.state}"
