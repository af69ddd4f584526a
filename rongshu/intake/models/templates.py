"""What was learned over the pages of one shape: where each field stands, version by version."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.intake.models.runs import IntakeRun


class IntakeTemplate(models.Model):
    """Pages of a run whose addresses and trees have one shape."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(IntakeRun, on_delete=models.CASCADE, related_name="templates")
    shape = models.CharField(max_length=300)
    pages = models.PositiveIntegerField("页数", default=0)
    sample = models.CharField("示例网址", max_length=2000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "网页模板"
        constraints = [models.UniqueConstraint(fields=["run", "shape"], name="intake_template_once_per_run")]

    def __str__(self) -> str:
        return self.shape


class IntakeRules(models.Model):
    """One version of a template's rules: the first is learned, later ones improve on it.

    `rules` is the JSON of `extraction.TemplateRules`. The newest version counts.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    template = models.ForeignKey(IntakeTemplate, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("版本")
    rules = models.JSONField(default=dict)
    reason = models.CharField("缘由", max_length=300, blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "提取规则"
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="intake_rules_once_per_number")
        ]
        ordering = ("template", "number")

    def __str__(self) -> str:
        return f"{self.template_id} {self.number}"
