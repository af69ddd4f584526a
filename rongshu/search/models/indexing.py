"""The state of the index that the engines don't keep: builds under way, and what attachments say."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.foundation.identifiers import new_id


class IndexBuild(models.Model):
    """A generation that is being filled beside the serving one; what lies before (`kind`, `after`) is in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    index = models.CharField(max_length=20)
    generation = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    after = models.UUIDField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    # Written into the generation but not committed there: after a crash they are written again.
    touched = models.JSONField(default=list)
    reason = models.CharField("原因", max_length=200, blank=True)
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    is_switched = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = "索引重建"
        constraints = [
            models.UniqueConstraint(
                fields=["index"], condition=models.Q(ended_at=None), name="one_open_build_per_index"
            )
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.generation}"


class ReadAttachment(models.Model):
    """What a file says, read once per content and reader version; an unreadable one is remembered, too."""

    class State(models.TextChoices):
        READ = "read", "已读取"
        WITHOUT_TEXT = "without-text", "没有文字"
        UNREADABLE = "unreadable", "无法读取"

    digest = models.CharField(max_length=80, primary_key=True)
    state = models.CharField(max_length=20, choices=State.choices)
    text = models.TextField(blank=True)
    reader = models.PositiveSmallIntegerField(default=1)
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "附件文字"

    def __str__(self) -> str:
        return self.digest
