"""What the console keeps per person: looks, columns, saved filters; and long work with its progress."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id


class Preference(models.Model):
    """How a person wants the console to look, and the unit or site he has narrowed the lists to."""

    class Theme(models.TextChoices):
        AUTO = "auto", "跟随系统"
        LIGHT = "light", "浅色"
        DARK = "dark", "深色"

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    theme = models.CharField(max_length=10, choices=Theme.choices, default=Theme.AUTO)
    place_kind = models.CharField(max_length=20, blank=True)
    # No foreign key: a unit or a site, as the kind says; one that is gone narrows nothing.
    place_id = models.UUIDField(null=True)

    def __str__(self) -> str:
        return f"{self.person_id} {self.theme}"


class ListLayout(models.Model):
    """The columns a person has chosen for one list."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    list_code = models.CharField(max_length=60)
    columns = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "list_code"], name="layout_once_per_list")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.list_code}"


class SavedFilter(models.Model):
    """A named selection of one list: its query string without the place on the page."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    list_code = models.CharField(max_length=60)
    name = models.CharField("名称", max_length=40)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "list_code", "name"], name="saved_filter_once_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class LongWork(models.Model):
    """Work that outlives the page that began it: how far it is, and whether it is to stop."""

    class Status(models.TextChoices):
        WAITING = "waiting", "等待开始"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        STOPPED = "stopped", "已停止"
        FAILED = "failed", "未完成"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    unit = models.CharField(max_length=10, default="项")
    count = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    beat_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    result_url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "created_at"], name="long_work_by_person"),
            models.Index(
                fields=["created_at"],
                name="long_work_open",
                condition=models.Q(status__in=["waiting", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it waits or goes on."""
        return self.status in {self.Status.WAITING, self.Status.RUNNING}

    @property
    def may_resume(self) -> bool:
        """Whether it ended before its end."""
        return self.status in {self.Status.STOPPED, self.Status.FAILED}

    @property
    def tone(self) -> str:
        """How its state is coloured."""
        return _TONES[self.status]

    @property
    def rate(self) -> float:
        """How much is done a second, over the whole time so far."""
        until = self.ended_at or self.beat_at
        if self.started_at is None or until is None or until <= self.started_at:
            return 0.0
        return self.count / (until - self.started_at).total_seconds()

    @property
    def how_far(self) -> str:
        """Count, total, rate and the time left, in words."""
        if self.status == self.Status.WAITING:
            return "等待后台进程开始"
        words = [f"已完成 {self.count:,}" + (f" / {self.total:,}" if self.total else "") + f" {self.unit}"]
        if self.rate >= 0.1:
            words.append(f"每秒 {self.rate:,.1f} {self.unit}")
        if self.is_open and self.total and self.rate > 0:
            words.append(f"约还需 {_duration((self.total - self.count) / self.rate)}")
        return "，".join(words)


_TONES: Final = {
    "waiting": "quiet",
    "running": "info",
    "done": "well",
    "stopped": "warning",
    "failed": "problem",
}


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} 秒"
    return f"{round(seconds / 60)} 分钟" if seconds < 5400 else f"{seconds / 3600:.1f} 小时"
