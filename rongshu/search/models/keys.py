"""Keys of the interface for applications, and how much they were used."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.organizations.models import Organization


class ApiKey(models.Model):
    """A key an application searches with. Only its digest is kept; `hint` is its beginning, to tell it by."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField("用途", max_length=100)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name="使用单位"
    )
    hint = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    per_minute = models.PositiveIntegerField("每分钟次数", default=60)
    per_day = models.PositiveIntegerField("每日次数", default=10_000)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "检索接口密钥"

    def __str__(self) -> str:
        return self.name


class ApiKeyUse(models.Model):
    """How often a key was used on a day, and in its latest minute (minutes since 1970)."""

    id = models.BigAutoField(primary_key=True)
    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="uses", db_index=False)
    day = models.DateField("日期")
    count = models.PositiveIntegerField(default=0)
    minute = models.PositiveIntegerField(default=0)
    in_minute = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "检索接口用量"
        constraints = [models.UniqueConstraint(fields=["key", "day"], name="key_use_once_a_day")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.day} {self.count}"
