"""Recalls (一键撤稿) with where each was shown, recalls of many, and requests to erase for good."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.library.models import Resource, ResourceVersion
from rongshu.organizations.models import Organization


class BulkRecall(models.Model):
    """A recall of many resources by one act; it survives the closing of the page and can be stopped."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reason = models.CharField("撤稿原因", max_length=300)
    notice = models.CharField("对外说明", max_length=300, blank=True)
    resource_ids = models.JSONField(default=list)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    failures = models.JSONField(default=list)
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    stopped_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.done}/{self.total} {self.reason}"


class Recall(models.Model):
    """One resource taken off every site by one act: the log of recalls (P7-10)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="recalls")
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    version_digest = models.CharField(max_length=80)
    reason = models.CharField("撤稿原因", max_length=300)
    notice = models.CharField("对外说明", max_length=300, blank=True)
    # Where it was shown: {"site", "column", "address"} as names at that moment.
    places = models.JSONField(default=list)
    bulk = models.ForeignKey(BulkRecall, on_delete=models.PROTECT, null=True, related_name="recalls")
    recalled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recalled_at = models.DateTimeField(default=timezone.now)
    restored_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    restored_at = models.DateTimeField(null=True)
    restore_reason = models.CharField("恢复原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "撤稿记录"
        constraints = [
            models.UniqueConstraint(
                fields=["resource"],
                condition=models.Q(restored_at__isnull=True),
                name="recalled_once_at_a_time",
            )
        ]
        indexes = [
            models.Index(fields=["owner", "-recalled_at", "-id"], name="recall_by_owner"),
            models.Index(fields=["-recalled_at", "-id"], name="recall_newest"),
        ]

    def __str__(self) -> str:
        return self.reason


class PurgeRequest(models.Model):
    """One person asks that a version be erased for good; another confirms or refuses."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ResourceVersion, on_delete=models.PROTECT, related_name="purge_requests")
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("清除原因", max_length=300)
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_carried_out = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(decided_at__isnull=True), name="one_open_purge_request"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("requested_by")),
                name="purge_request_has_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.reason
