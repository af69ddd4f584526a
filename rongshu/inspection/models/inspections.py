"""Inspections of versions, what they found, what persons said to it, and re-scans."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.inspection.findings import CLASSES, Severity, Tier
from rongshu.inspection.found_right import surroundings
from rongshu.library.models import Resource, ResourceVersion
from rongshu.organizations.models import Organization

_LONGEST_TAUGHT: Final = 200


class Rescan(models.Model):
    """Inspecting what is published anew after a change of dictionaries; goes on where it stopped."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField("原因", max_length=300)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    last_resource_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "历史复查"

    def __str__(self) -> str:
        return self.reason


class Inspection(models.Model):
    """One inspection of one version with one state of the lexicon."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ResourceVersion, on_delete=models.CASCADE, related_name="inspections")
    version_digest = models.CharField(max_length=80)
    lexicon_version = models.CharField(max_length=80)
    rescan = models.ForeignKey(Rescan, on_delete=models.PROTECT, null=True, related_name="inspections")
    severe_count = models.PositiveIntegerField(default=0)
    general_count = models.PositiveIntegerField(default=0)
    hint_count = models.PositiveIntegerField(default=0)
    # Pictures whose words are still to be recognised in the background.
    waits_for_pictures = models.BooleanField(default=False)
    inspected_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "内容检查"
        constraints = [
            models.UniqueConstraint(fields=["version", "lexicon_version"], name="inspected_once_per_lexicon")
        ]
        indexes = [
            models.Index(fields=["id"], name="inspection_waits", condition=models.Q(waits_for_pictures=True)),
        ]

    def __str__(self) -> str:
        return f"{self.version_digest} {self.lexicon_version}"


class FoundProblem(models.Model):
    """A finding of an inspection. `part`: where in the version ("body", "title", "file:<digest>" …).

    `fingerprint` is the same for the same text under the same rule in the same part, a short text with the
    words around it: what a person said to it holds on in the next version.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="findings")
    part = models.CharField(max_length=100)
    part_name = models.CharField("位置", max_length=200)
    error_class = models.CharField("类别", max_length=4)
    severity = models.CharField("级别", max_length=10, choices=[(one.value, one.label) for one in Severity])
    tier = models.CharField("把握", max_length=10, choices=[(one.value, one.label) for one in Tier])
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.CharField("文本", max_length=500)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    rule = models.CharField("规则", max_length=100)
    suggestion = models.CharField("建议", max_length=500)
    fingerprint = models.CharField(max_length=32)

    class Meta:
        verbose_name = verbose_name_plural = "检查发现"
        indexes = [models.Index(fields=["fingerprint"], name="found_by_fingerprint")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"

    @property
    def rule_code(self) -> str:
        """The stable code of the rule."""
        return self.rule.partition(" ")[0]

    @property
    def rule_name(self) -> str:
        """The rule in words."""
        return self.rule.partition(" ")[2]

    @property
    def phrase(self) -> str:
        """The text with the words around it: what is taught when a person marks it as wrong."""
        before, after = surroundings(self.text, self.before, self.after)
        return f"{before}{self.text}{after}"

    @property
    def is_teachable(self) -> bool:
        """Whether its text may be kept in a list: personal data and marks of secrecy never are."""
        return self.error_class not in {"E5", "E6"} and 0 < len(self.text) <= _LONGEST_TAUGHT

    @property
    def class_name(self) -> str:
        """The error class in words."""
        return CLASSES[self.error_class]

    @property
    def tone(self) -> str:
        """The tone of its mark in the console."""
        return {"severe": "problem", "general": "warning", "hint": "info"}[self.severity]

    @property
    def is_replaceable(self) -> bool:
        """Whether the suggestion can take the place of the text."""
        return not self.suggestion.startswith("请")


class Resolution(models.Model):
    """What a person said to a finding: answered, released (severe; a second person), or marked as wrong."""

    class Kind(models.TextChoices):
        ANSWERED = "answered", "已答复"
        RELEASED = "released", "已放行"
        WRONG = "wrong", "误报"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    version_digest = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=32)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField("理由", max_length=300)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "处理意见"
        indexes = [models.Index(fields=["resource", "fingerprint"], name="resolution_of_finding")]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="resolution_has_reason")]

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint}"


class VisitedPage(models.Model):
    """What stood at a linked address when it was visited last, and the title that went before."""

    address_digest = models.CharField(max_length=64, primary_key=True)
    title = models.CharField(max_length=200)
    former_title = models.CharField(max_length=200, blank=True)
    retitled_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "链接页面"

    def __str__(self) -> str:
        return self.title


class PictureText(models.Model):
    """The words recognised in a picture: read once, and checked again with every dictionary.

    For the inspection only; erased with the last version that uses the picture.
    """

    digest = models.CharField(max_length=80, primary_key=True)
    text = models.TextField(blank=True)
    recognised_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "图片文字"

    def __str__(self) -> str:
        return self.digest
