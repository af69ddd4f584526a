"""The resource: one thing, whatever it said at different moments."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.library.models.standards import ResourceType
from rongshu.organizations.models import Organization


class Resource(models.Model):
    """One thing in the library. Readers, indexes and neighbours see its effective version only.

    The database enforces: what is effective has a publication date, an address and an approval
    (trigger `resource_effective_is_approved`); an index number is never reused (unique, counter).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        IN_REVIEW = "in-review", "待审"
        EFFECTIVE = "effective", "已发"
        WITHDRAWN = "withdrawn", "撤稿"
        ARCHIVED = "archived", "归档"
        PURGED = "purged", "已清除"

    class Validity(models.TextChoices):
        """时效性 (Aging) of a policy document."""

        VALID = "valid", "有效"
        NOT_YET = "not-yet", "尚未生效"
        AMENDED = "amended", "已修改"
        PARTLY_INVALID = "partly-invalid", "部分失效"
        ABOLISHED = "abolished", "已废止"
        EXPIRED = "expired", "失效"

    class DatePrecision(models.TextChoices):
        MINUTE = "minute", "到分钟"
        DAY = "day", "到日"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    type = models.ForeignKey(ResourceType, on_delete=models.PROTECT, related_name="resources", db_index=False)
    owner = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="resources", db_index=False
    )
    origin_node = models.UUIDField()
    origin_version = models.PositiveIntegerField(default=1)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.DRAFT)
    share_type = models.CharField(max_length=20, default="unconditional")
    working_version = models.ForeignKey(
        "ResourceVersion", on_delete=models.PROTECT, null=True, related_name="working_of"
    )
    effective_version = models.ForeignKey(
        "ResourceVersion", on_delete=models.PROTECT, null=True, related_name="effective_of"
    )
    effective_approval = models.ForeignKey(
        "Approval", on_delete=models.PROTECT, null=True, related_name="made_effective"
    )
    # The publication date (PubDate) belongs to the resource; a placement's times govern visibility only.
    published_at = models.DateTimeField("发布时间", null=True)
    published_precision = models.CharField(
        max_length=10, choices=DatePrecision.choices, default=DatePrecision.MINUTE
    )
    modified_at = models.DateTimeField("更新时间", null=True)
    # Assigned once, on first becoming effective: `/a/{address}.html` on every site.
    address = models.CharField(max_length=40, null=True, unique=True)  # "2021/03/7f3k9q2m"
    index_number = models.CharField("索引号", max_length=40, null=True, unique=True)
    legacy_index_number = models.CharField("原索引号", max_length=60, blank=True)
    validity = models.CharField("时效性", max_length=20, choices=Validity.choices, blank=True)
    effective_on = models.DateField("施行日期", null=True)
    expires_on = models.DateField("有效期至", null=True)
    abolished_on = models.DateField("废止日期", null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField("撤稿原因", max_length=300, blank=True)
    recycled_at = models.DateTimeField("移入回收站时间", null=True)
    created_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "信息资源"
        indexes = [
            models.Index(fields=["owner", "-published_at", "-id"], name="resource_by_owner"),
            models.Index(fields=["type", "-published_at", "-id"], name="resource_by_type"),
            models.Index(fields=["status", "-published_at", "-id"], name="resource_by_status"),
            models.Index(
                fields=["created_by"],
                name="resource_by_writer",
                condition=models.Q(created_by__isnull=False),
            ),
            models.Index(
                fields=["owner", "id"],
                name="resource_in_bin",
                condition=models.Q(recycled_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="effective")
                | models.Q(
                    effective_version__isnull=False,
                    effective_approval__isnull=False,
                    published_at__isnull=False,
                    address__isnull=False,
                ),
                name="effective_resource_is_complete",
            ),
            models.CheckConstraint(
                condition=models.Q(effective_version__isnull=True)
                | models.Q(status__in=["effective", "archived"]),
                name="only_effective_has_effective_version",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class IndexNumberCounter(models.Model):
    """The last 索引号 given to an organisation in a year; the row is locked while giving the next."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "year"], name="counter_once_per_unit_year")
        ]

    def __str__(self) -> str:
        return f"{self.organization_id}/{self.year}-{self.last}"


class ShareGrant(models.Model):
    """A conditionally shared (有条件) resource opened to one organisation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="share_grants")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "organization"],
                condition=models.Q(revoked_at__isnull=True),
                name="share_granted_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} → {self.organization_id}"


class Tombstone(models.Model):
    """What remains of a purged version: its digest, numbers, who and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="tombstones")
    version_digest = models.CharField(max_length=80)
    version_number = models.PositiveIntegerField()
    index_number = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300)
    purged_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    purged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(purged_by=models.F("confirmed_by")), name="purge_needs_second_person"
            )
        ]

    def __str__(self) -> str:
        return self.version_digest
