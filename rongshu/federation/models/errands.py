"""Reports up (报送) and offers down (下发): a resource proposed for a partner's columns."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.federation.models.partners import Partner
from rongshu.foundation.identifiers import new_id
from rongshu.sites.models import Column


class Errand(models.Model):
    """A resource somebody proposes to another node's columns. The id is the same on both nodes."""

    class Direction(models.TextChoices):
        IN = "in", "收到"
        OUT = "out", "发出"

    class State(models.TextChoices):
        SENT = "sent", "已发出"
        RECEIVED = "received", "已收到"
        ACCEPTED = "accepted", "已采用"
        DECLINED = "declined", "已退回"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Items handed in together bear one batch id.
    batch_id = models.UUIDField(default=new_id, db_index=True)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    resource_id = models.UUIDField(db_index=True)
    title = models.CharField("标题", max_length=200)
    # Where it should go, as the sender says it: `<site code>/<column path>`; the receiver decides.
    wish = models.CharField("建议栏目", max_length=300, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices)
    column = models.ForeignKey(Column, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=100, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.title} {self.state}"


class Report(Errand):
    """报送: a resource handed up; the target column's route decides."""

    class Meta:
        verbose_name = verbose_name_plural = "报送"
        indexes = [models.Index(fields=["direction", "state", "-at"], name="report_by_state")]


class Offer(Errand):
    """下发: a resource handed down, to be shown by all (mandatory) or by whoever accepts it."""

    is_mandatory = models.BooleanField("必须采用", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "下发"
        indexes = [models.Index(fields=["direction", "state", "-at"], name="offer_by_state")]
