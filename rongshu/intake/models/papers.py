"""The papers of a migration: what each of its phases leaves behind, kept as it was said (P1-08)."""

from __future__ import annotations

from django.db import models

from rongshu.accounts.models import Person
from rongshu.foundation import clock
from rongshu.foundation.identifiers import new_id
from rongshu.intake.models.runs import IntakeRun


class IntakePaper(models.Model):
    """One paper of a run, with the digest of its content; the newest of a kind counts, none is changed.

    The kinds follow DB37/T 4560.2, clauses 6 to 9.
    """

    class Kind(models.TextChoices):
        SURVEY = "survey", "调研"
        ASSESSMENT = "assessment", "评估"
        PLAN = "plan", "方案"
        APPLICATION = "application", "申请"
        EXECUTION = "execution", "执行"
        TEST = "test", "测试"
        TRIAL = "trial", "试运行"
        LIVE = "live", "上线"
        BACK = "back", "回退"
        SIGNED = "signed", "签认"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(IntakeRun, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    content = models.JSONField(default=dict)
    digest = models.CharField(max_length=80)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "迁移文书"
        indexes = [models.Index(fields=["run", "kind", "at"], name="intake_papers_of_run")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.kind}"
