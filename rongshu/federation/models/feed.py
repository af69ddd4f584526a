"""What may leave this node, in the order in which it became so."""

from __future__ import annotations

from django.db import models

from rongshu.library.models import Resource


class Feed(models.Model):
    """The single row that numbers changes: who numbers holds it, so numbers come in the order of commits."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    last_number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="feed_is_single")]

    def __str__(self) -> str:
        return str(self.last_number)


class Change(models.Model):
    """A resource that may leave, or once could: one row each, at its newest place in the feed.

    `version` orders the states of one resource at its origin: milliseconds, greater at each state, whatever
    was restored from a backup in between. `at` is when it became visible in this node's feed; it grows with
    `number`. `record` is what the origin says, as it stands in the envelope (canonical JSON), and `proof` its
    signature; both are empty for a record of another node, whose `foreign` row holds them.
    """

    class Kind(models.TextChoices):
        UPSERT = "upsert", "新增或更新"
        WITHDRAWN = "withdrawn", "撤回"
        PURGED = "purged", "清除"

    resource = models.OneToOneField(
        Resource, on_delete=models.CASCADE, primary_key=True, related_name="federated_change"
    )
    number = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    version = models.BigIntegerField()
    digest = models.CharField(max_length=80)
    type_code = models.CharField(max_length=40)
    theme_code = models.CharField(max_length=40, blank=True)
    share_type = models.CharField(max_length=20)
    # Once given without condition, its withdrawal is told to everyone.
    was_open = models.BooleanField(default=False)
    origin_node = models.UUIDField()
    # The organisations it is shared with under condition: who is left out is told of its withdrawal.
    grants = models.JSONField(default=list)
    record = models.TextField(blank=True)
    proof = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["at", "resource"], name="change_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
