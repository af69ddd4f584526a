"""What the overview shows, counted as it happens: no page counts a million resources (P2-15)."""

from __future__ import annotations

from django.db import models

from rongshu.library.models.resources import Resource
from rongshu.library.models.standards import ResourceType
from rongshu.organizations.models import Organization


class StoredOnDay(models.Model):
    """How many resources of a type an organisation brought in on one day, less those deleted again."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    type = models.ForeignKey(ResourceType, on_delete=models.PROTECT, related_name="+", db_index=False)
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "owner", "type"], name="stored_once_per_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.count}"


class CallsOnDay(models.Model):
    """How often resources of an organisation were called on one day: placed, exported, fetched."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "owner"], name="calls_once_per_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.count}"


class ResourceCalls(models.Model):
    """How often one resource was called in all."""

    resource = models.OneToOneField(
        Resource, on_delete=models.CASCADE, primary_key=True, related_name="calls"
    )
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["-count"], name="calls_ranked"),
            models.Index(fields=["owner", "-count"], name="calls_ranked_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id}: {self.count}"
