"""The transactional outbox: events, their numbering and the cursors of those who follow them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.foundation.identifiers import new_id


class Event(models.Model):
    """One change, written in the same transaction as the change itself; carries ids, never bodies.

    A row is written unnumbered; the sequencer numbers committed rows, because the order in which
    a database sequence hands out numbers is not the order in which transactions commit.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.BigIntegerField(null=True, unique=True)
    kind = models.CharField(max_length=80)
    subject_id = models.UUIDField(null=True)
    payload = models.JSONField(default=dict)
    actor_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="event_unnumbered", condition=models.Q(number__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.number or '–'} {self.kind}"


class EventStream(models.Model):
    """The single row that says which epoch this stream is in and how far it is numbered.

    `tick` is the moment up to which clock-driven changes have been carried out: rendering reads
    it instead of the wall clock.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    epoch = models.UUIDField(default=new_id)
    last_number = models.BigIntegerField(default=0)
    tick = models.DateTimeField(default=timezone.now)
    epoch_began_at = models.DateTimeField(default=timezone.now)
    epoch_reason = models.CharField(max_length=100, default="installation")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="event_stream_is_single")]

    def __str__(self) -> str:
        return f"{self.epoch}/{self.last_number}"


class ConsumerCursor(models.Model):
    """How far one consumer has turned events into work; valid within one epoch."""

    consumer = models.CharField(max_length=60, primary_key=True)
    epoch = models.UUIDField()
    number = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.consumer}@{self.number}"
