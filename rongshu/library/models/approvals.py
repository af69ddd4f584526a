"""Who approved what: approvals of a version digest or of a batch manifest, by a route and persons."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id


class Mandate(models.Model):
    """A dated, revocable approval given beforehand for one source and one target site."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.CharField("来源", max_length=300)
    target_site_id = models.UUIDField("目标站点")
    route = models.SlugField(max_length=40, default="single")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField("依据", max_length=300)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="mandate_period_is_forward"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target_site_id}"


class MandateSigner(models.Model):
    """A reviewer of a mandate, for one level of the route; it holds once each of them has signed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="signers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=1)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mandate", "level"], name="mandate_level_signed_once"),
            models.UniqueConstraint(fields=["mandate", "person"], name="mandate_person_signs_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}@{self.level}"


class ApprovalBatch(models.Model):
    """A bulk run approved as one: sample, and the digest of the manifest of its versions."""

    class Status(models.TextChoices):
        OPEN = "open", "进行中"
        WAITING = "waiting", "待审批"
        APPROVED = "approved", "已批准"
        REJECTED = "rejected", "已退回"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.SlugField(max_length=40)
    source = models.CharField(max_length=300)
    target_site_id = models.UUIDField(null=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.OPEN)
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="batches")
    manifest_digest = models.CharField(max_length=80, blank=True)
    item_count = models.PositiveIntegerField(default=0)
    sample = models.JSONField(default=list)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class Approval(models.Model):
    """A decision over one version digest, or over one batch manifest, by a route.

    `column_id` is set when the route is a target column's and what is approved is a placement
    or a selection rule there. The persons are the signatures, one per level.
    """

    class Outcome(models.TextChoices):
        PENDING = "pending", "审批中"
        APPROVED = "approved", "通过"
        REJECTED = "rejected", "退回"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    route = models.SlugField(max_length=40, default="single")
    levels = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.PENDING)
    # The digest, not the row: an approval stays readable after its version is purged.
    version_digest = models.CharField(max_length=80, blank=True, db_index=True)
    batch = models.ForeignKey(ApprovalBatch, on_delete=models.PROTECT, null=True, related_name="approvals")
    manifest_digest = models.CharField(max_length=80, blank=True)
    rule_digest = models.CharField(max_length=80, blank=True)
    column_id = models.UUIDField(null=True)
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="approvals")
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(version_digest="")
                | ~models.Q(manifest_digest="")
                | ~models.Q(rule_digest=""),
                name="approval_names_what_it_approves",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="pending") | models.Q(decided_at__isnull=False),
                name="decided_approval_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.outcome}"


class ApprovalSignature(models.Model):
    """One person's decision at one level of an approval; nobody signs two levels (P7-02)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="signatures")
    level = models.PositiveSmallIntegerField(default=1)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_consent = models.BooleanField(default=True)
    comment = models.CharField(max_length=500, blank=True)
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["approval", "level"], name="approval_level_signed_once"),
            models.UniqueConstraint(fields=["approval", "person"], name="approval_person_signs_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}@{self.level}"
