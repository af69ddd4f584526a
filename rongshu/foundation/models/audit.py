"""Who did what, when, from where, to which object; sealed into a chain after commit."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.foundation.identifiers import new_id


class AuditRecord(models.Model):
    """One deed. Written once in the deed's own transaction; the database refuses change and deletion."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=timezone.now)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=100)
    via = models.CharField(max_length=20)
    address = models.CharField(max_length=45, blank=True)
    action = models.CharField(max_length=80)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    before_digest = models.CharField(max_length=80, blank=True)
    after_digest = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    digest = models.CharField(max_length=80)

    class Meta:
        indexes = [
            models.Index(fields=["object_kind", "object_id", "at"], name="audit_by_object"),
            models.Index(fields=["actor_id", "at"], name="audit_by_actor"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.action} {self.object_kind}:{self.object_id}"


class AuditSeal(models.Model):
    """A link of the chain: head = digest(previous head, record digest). Gap-free numbers."""

    number = models.BigIntegerField(primary_key=True)
    record = models.OneToOneField(AuditRecord, on_delete=models.PROTECT, related_name="seal")
    head = models.CharField(max_length=80)
    sealed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.number} {self.head}"
