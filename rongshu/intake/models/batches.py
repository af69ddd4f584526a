"""A batch: many sites taken over in one go, from one table."""

from __future__ import annotations

from django.db import models

from rongshu.accounts.models import Person
from rongshu.foundation import clock
from rongshu.foundation.identifiers import new_id
from rongshu.intake.models.runs import IntakeRun
from rongshu.sites.models import Site


class IntakeBatch(models.Model):
    """The sites of one table; it is finished when every site has its report."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField("名称", max_length=200)
    # SHA-256 of the table: the same table given again goes on with the same batch.
    table_digest = models.CharField(max_length=64, unique=True)
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    report = models.JSONField(default=dict)
    report_digest = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "迁移批次"

    def __str__(self) -> str:
        return self.name


class BatchSite(models.Model):
    """One row of the table: a source, where it goes, who answers for it, and from which day on."""

    class State(models.TextChoices):
        PLANNED = "planned", "未开始"
        RUNNING = "running", "进行中"
        WAITING = "waiting", "待审批"
        FAILED = "failed", "已中断"
        FINISHED = "finished", "完成"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(IntakeBatch, on_delete=models.CASCADE, related_name="sites")
    position = models.PositiveIntegerField()
    source = models.CharField("来源", max_length=1000)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="负责人")
    due_on = models.DateField("日期", null=True)
    allowed_hosts = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    # Shape → extraction rules of the plan (planning.read_rules).
    rules = models.JSONField(default=dict)
    run = models.OneToOneField(IntakeRun, on_delete=models.PROTECT, null=True, related_name="batch_site")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.PLANNED)
    code = models.CharField(max_length=60, blank=True)
    reason = models.CharField("原因", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "批次中的站点"
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="batch_site_once")]

    def __str__(self) -> str:
        return f"{self.source} → {self.site_id}"
