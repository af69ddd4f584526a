"""Regions (GB/T 2260 and below) and organisations as a tree with their history."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.foundation.identifiers import new_id


class Region(models.Model):
    """An administrative division in use here, from province to village."""

    class Level(models.TextChoices):
        NATION = "nation", "国家"
        PROVINCE = "province", "省级"
        PREFECTURE = "prefecture", "地级"
        COUNTY = "county", "县级"
        TOWNSHIP = "township", "乡级"
        VILLAGE = "village", "村级"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField("区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=100)
    level = models.CharField("层级", max_length=20, choices=Level.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    is_demonstration = models.BooleanField("演示区划", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"

    def __str__(self) -> str:
        return self.name


class Organization(models.Model):
    """A government, department or institution. `path` is the chain of ids from the root, for subtrees."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", "人民政府"
        DEPARTMENT = "department", "部门"
        AGENCY = "agency", "派出机构"
        INSTITUTION = "institution", "事业单位"

    class Level(models.TextChoices):
        NATION = "nation", "国家"
        PROVINCE = "province", "省"
        CITY = "city", "市"
        COUNTY = "county", "县"
        TOWNSHIP = "township", "乡镇"

    class Status(models.TextChoices):
        ACTIVE = "active", "正常"
        MERGED = "merged", "已合并"
        SPLIT = "split", "已拆分"
        ABOLISHED = "abolished", "已撤销"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=50, blank=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, unique=True)
    kind = models.CharField("类别", max_length=20, choices=Kind.choices, default=Kind.DEPARTMENT)
    level = models.CharField("层级", max_length=20, choices=Level.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="organizations")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=1000, db_index=True, editable=False)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.ACTIVE)
    position = models.PositiveIntegerField("排序", default=0)
    created_at = models.DateTimeField(default=timezone.now)
    closed_on = models.DateField("撤并日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "机构"
        constraints = [
            models.CheckConstraint(condition=~models.Q(credit_code=""), name="organization_has_credit_code"),
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationName(models.Model):
    """A name an organisation bore, from a day until a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=50, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class OrganizationSuccession(models.Model):
    """Which organisation went over into which, by merger or split."""

    class Kind(models.TextChoices):
        MERGER = "merger", "合并"
        SPLIT = "split", "拆分"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    predecessor = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="origins")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    happened_on = models.DateField()
    document = models.CharField("依据文件", max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("successor")), name="succession_not_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"
