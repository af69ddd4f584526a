"""Durable work, leases with fencing tokens, and the due-table of clock-driven changes."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.foundation.identifiers import new_id


class Work(models.Model):
    """Something a worker still has to do, once per (queue, key) however many events asked for it.

    `generation` is the number of the latest event that asked; a worker deletes a row only if the
    generation is still the one it read, so that a change arriving meanwhile is not lost.
    Lower `priority` goes first: 0 recall, 20 one edit, 50 lists, 80 full publication.
    """

    queue = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    partition = models.CharField(max_length=64, default="")
    priority = models.SmallIntegerField(default=50)
    generation = models.BigIntegerField(default=0)
    payload = models.JSONField(default=dict)
    available_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "key"], name="work_once_per_key")]
        indexes = [
            models.Index(fields=["queue", "priority", "id"], name="work_by_priority"),
            models.Index(fields=["queue", "partition", "priority", "id"], name="work_by_partition"),
        ]

    def __str__(self) -> str:
        return f"{self.queue}:{self.key}"


class Lease(models.Model):
    """The right to be the only one doing something, for a while; `token` grows with each holder."""

    name = models.CharField(max_length=100, primary_key=True)
    holder = models.CharField(max_length=100, blank=True)
    token = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name}#{self.token}"


class DueItem(models.Model):
    """A change that the clock is to make: at `due_at`, the deed named by `kind` on `subject_id`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=80)
    subject_id = models.UUIDField()
    due_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "due_at"], name="due_once_per_moment")
        ]
        indexes = [
            models.Index(fields=["due_at"], name="due_pending", condition=models.Q(handled_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"
