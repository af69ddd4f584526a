"""Collecting tasks: a source described once, read as often as wanted; what became of each of its records."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.intake.models.runs import IntakeArticle, IntakeRun
from rongshu.sites.models import Site


class IntakeTask(models.Model):
    """A source and what its fields mean. Each time it is read is a run of its own, approved as one batch.

    While it runs or rests half-way, source and mapping can't be changed: the database holds that (P2-08).
    """

    class State(models.TextChoices):
        READY = "ready", "未开始"
        RUNNING = "running", "进行中"
        PAUSED = "paused", "已暂停"
        FAILED = "failed", "出错停下"
        READ = "read", "已读完"
        STOPPED = "stopped", "已停止"

    class Wish(models.TextChoices):
        GO_ON = "", "继续"
        PAUSE = "pause", "暂停"
        STOP = "stop", "停止"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="intake_tasks")
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("来源方式", max_length=20)
    settings = models.JSONField("来源设置", default=dict)
    mapping = models.JSONField("字段映射", default=dict)
    allowed_hosts = models.JSONField("允许的主机", default=list)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.READY)
    # What whoever reads it is asked to do at the next step.
    wish = models.CharField(max_length=10, choices=Wish.choices, default=Wish.GO_ON, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "数据采集任务"
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="intake_task_name_once_per_site")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_locked(self) -> bool:
        """Whether source and mapping must stay as they are: it runs, or rests half-way."""
        return self.state in {self.State.RUNNING, self.State.PAUSED}


class TaskRun(models.Model):
    """One reading of a task's source: how far it is. The run beside it carries what follows the reading."""

    run = models.OneToOneField(IntakeRun, on_delete=models.CASCADE, primary_key=True, related_name="task_run")
    task = models.ForeignKey(IntakeTask, on_delete=models.PROTECT, related_name="runs")
    # Only the records that failed before.
    is_retry = models.BooleanField(default=False)
    # The source's own text of where to go on.
    position = models.CharField(max_length=400, blank=True)
    expected = models.PositiveBigIntegerField("来源条数", null=True)
    read_count = models.PositiveBigIntegerField("已读", default=0)
    unchanged_count = models.PositiveBigIntegerField("没有变化", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "读取情况"

    def __str__(self) -> str:
        return str(self.run_id)


class TaskRow(models.Model):
    """A record of a task's source as it was last met: its digest, and why it did not come through, if so."""

    id = models.BigAutoField(primary_key=True)
    task = models.ForeignKey(IntakeTask, on_delete=models.CASCADE, related_name="rows")
    key = models.CharField("主键", max_length=300)
    title = models.CharField("标题", max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    position = models.CharField(max_length=400, blank=True)
    run = models.ForeignKey(IntakeRun, on_delete=models.CASCADE, related_name="+")
    # What it became; nothing for what failed before the gate.
    article = models.ForeignKey(IntakeArticle, on_delete=models.SET_NULL, null=True, related_name="+")
    code = models.CharField(max_length=60, blank=True)
    reason = models.CharField("原因", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "来源记录"
        constraints = [models.UniqueConstraint(fields=["task", "key"], name="intake_row_once_per_task")]
        indexes = [
            models.Index(fields=["task", "id"], condition=~models.Q(code=""), name="intake_failed_rows")
        ]

    def __str__(self) -> str:
        return self.key
