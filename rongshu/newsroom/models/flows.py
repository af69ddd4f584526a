"""Flows as data: which reviews and proofs a piece goes through, who is given which flow, and when more."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id


class Flow(models.Model):
    """A flow of reviews and proofs (审核流程). Its steps no longer change once a piece has followed it.

    `levels` repeats the number of its reviews, for the database's own guard: an approval by this route has
    to bear as many signatures.
    """

    code = models.SlugField("代号", primary_key=True, max_length=40)
    name = models.CharField("名称", max_length=60)
    description = models.CharField("说明", max_length=300, blank=True)
    levels = models.PositiveSmallIntegerField("审核级数", default=1)
    proofs = models.PositiveSmallIntegerField("校对次数", default=0)
    excludes_writer = models.BooleanField("撰稿人不得审核", default=True)
    needs_escalation = models.BooleanField("须先报保密或网信部门", default=False)
    exempts_form = models.BooleanField("免填发布审核表", default=False)
    is_builtin = models.BooleanField(default=False)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "审核流程"
        constraints = [
            models.CheckConstraint(condition=models.Q(levels__gte=1, levels__lte=9), name="flow_has_a_review")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def strictness(self) -> tuple[int, int, bool, bool]:
        """What is compared when more than one flow applies: the greater wins."""
        return (self.levels, self.proofs, self.needs_escalation, self.excludes_writer)


class StepKind(models.TextChoices):
    """审 or 校."""

    REVIEW = "review", "审核"
    PROOF = "proof", "校对"


class FlowStep(models.Model):
    """One review or proof of a flow; steps of the same stage are done side by side."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="steps")
    stage = models.PositiveSmallIntegerField("次序")
    position = models.PositiveSmallIntegerField("同一次序内的先后", default=0)
    kind = models.CharField("类别", max_length=10, choices=StepKind.choices)
    level = models.PositiveSmallIntegerField("审级", null=True)
    name = models.CharField("名称", max_length=30)
    capability = models.CharField("所需权限", max_length=40)
    excludes_writer = models.BooleanField("撰稿人不得办理", default=True)
    is_extra = models.BooleanField("加校", default=False)
    days = models.PositiveSmallIntegerField("办理时限（工作日）", default=1)

    class Meta:
        ordering = ("stage", "position", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="review", level__isnull=False)
                | models.Q(kind="proof", level__isnull=True),
                name="flow_step_level_is_of_reviews",
            ),
            models.UniqueConstraint(fields=["flow", "level"], name="flow_level_once"),
        ]

    def __str__(self) -> str:
        return self.name


class FlowAssignment(models.Model):
    """A flow given to the platform, an organisation with its subordinates, or a column with its sub-columns.

    The nearest one counts; between what the owner's and the columns' say, the stricter counts.
    """

    class Scope(models.TextChoices):
        PLATFORM = "platform", "全平台"
        ORGANIZATION = "organization", "机构及其下级"
        COLUMN = "column", "栏目及其下级"

    class Way(models.TextChoices):
        """How pieces come: written one by one, or in bulk (intake, federation)."""

        PIECES = "pieces", "单篇采编"
        BATCHES = "batches", "批量采集与迁移"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, related_name="assignments")
    scope = models.CharField("范围", max_length=20, choices=Scope.choices)
    scope_id = models.UUIDField(null=True)
    way = models.CharField("适用于", max_length=10, choices=Way.choices, default=Way.PIECES)
    reason = models.CharField("依据", max_length=300, blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "流程适用范围"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope="platform", scope_id__isnull=True)
                | (~models.Q(scope="platform") & models.Q(scope_id__isnull=False)),
                name="flow_scope_is_named",
            ),
            models.UniqueConstraint(
                fields=["scope", "scope_id", "way"],
                condition=models.Q(ended_at__isnull=True, scope_id__isnull=False),
                name="flow_assigned_once",
            ),
            models.UniqueConstraint(
                fields=["scope", "way"],
                condition=models.Q(ended_at__isnull=True, scope="platform"),
                name="flow_of_platform_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.flow_id} @ {self.scope} {self.scope_id or ''}"


class ExemptSource(models.Model):
    """A source whose reprints need no form and follow the exempt flow (转载中央、省、市官方媒体的新闻)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField("来源名称", max_length=100)
    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, related_name="+")
    organization_id = models.UUIDField("仅限机构", null=True)
    basis = models.CharField("依据", max_length=300)
    starts_on = models.DateField("起始日")
    ends_on = models.DateField("截止日", null=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "转载来源"

    def __str__(self) -> str:
        return self.name


class KeyPeriod(models.Model):
    """A key period (重要保障期): the level of review is raised and, if said so, templates are frozen."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField("名称", max_length=60)
    organization_id = models.UUIDField("仅限机构及其下级", null=True)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, null=True, related_name="+")
    freezes_templates = models.BooleanField("冻结模板与区块", default=True)
    basis = models.CharField("依据", max_length=300)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "重要保障期"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="key_period_is_forward"
            )
        ]

    def __str__(self) -> str:
        return self.name
