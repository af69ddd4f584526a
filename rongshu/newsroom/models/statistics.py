"""What was done on a day: counters by organisation, column, person and type, kept by the consumer."""

from __future__ import annotations

from django.db import models

from rongshu.accounts.models import Person
from rongshu.library.models import ResourceType
from rongshu.organizations.models import Organization
from rongshu.sites.models import Column, Site


class DayCount(models.Model):
    """One measure on one day for one combination; nothing refers to a row, it may be counted anew.

    `amount` is what belongs to the measure beside the number of cases: minutes of office hours for steps
    that were decided, severe ones among findings. `organization` owns the resource.
    """

    class Measure(models.TextChoices):
        PUBLISHED = "published", "发布"
        PLACED = "placed", "栏目发布"
        SUBMITTED = "submitted", "送审"
        RETURNED = "returned", "退回"
        DECIDED = "decided", "审校办结"
        RECALLED = "recalled", "撤稿"
        FOUND = "found", "检查发现问题"

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    measure = models.CharField(max_length=10, choices=Measure.choices)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    column = models.ForeignKey(Column, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    type = models.ForeignKey(ResourceType, on_delete=models.CASCADE, related_name="+", db_index=False)
    count = models.PositiveIntegerField()
    amount = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "每日统计"
        indexes = [
            models.Index(fields=["day", "organization"], name="day_count_by_day"),
            models.Index(fields=["organization", "day"], name="day_count_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.measure} {self.count}"
