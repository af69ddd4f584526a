"""The review case of one version, its steps, and every act on it: rows that are never changed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.library.models import Approval, Resource, ResourceVersion
from rongshu.newsroom.machine import OPEN_STATES, Act, State
from rongshu.newsroom.models.flows import Flow, StepKind
from rongshu.organizations.models import Organization
from rongshu.sites.models import Column


class Review(models.Model):
    """One version on its way out: by the owner's flow, or (`column` set) by a target column's.

    State and stage change only together with an act of the table of moves (triggers of migration 0002).
    `base_number` is the number of the last version that was effective before: whoever wrote a version after
    it wrote this piece, and whoever decided at a level since decides at no other.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="reviews")
    version = models.ForeignKey(ResourceVersion, on_delete=models.PROTECT, related_name="reviews")
    version_digest = models.CharField(max_length=80, db_index=True)
    version_number = models.PositiveIntegerField()
    base_number = models.PositiveIntegerField(default=0)
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    column = models.ForeignKey(Column, on_delete=models.PROTECT, null=True, related_name="+")
    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, related_name="reviews")
    flow_reason = models.CharField("适用流程的原因", max_length=300, blank=True)
    levels = models.PositiveSmallIntegerField()
    needs_escalation = models.BooleanField(default=False)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.NEW)
    stage = models.PositiveSmallIntegerField(default=0)
    last_act = models.ForeignKey("ReviewAct", on_delete=models.PROTECT, null=True, related_name="+")
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    publish_at = models.DateTimeField("定时发布", null=True)
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "审核"
        constraints = [
            models.UniqueConstraint(
                fields=["resource"],
                condition=models.Q(state__in=OPEN_STATES, column__isnull=True),
                name="one_open_review_per_resource",
            ),
            models.UniqueConstraint(
                fields=["resource", "column"],
                condition=models.Q(state__in=OPEN_STATES, column__isnull=False),
                name="one_open_review_per_place",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(approval__isnull=False),
                name="published_review_has_approval",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "state", "-opened_at", "-id"], name="review_by_owner"),
            # Who sees most cases reads the newest: the database walks this and skips the few others.
            models.Index(fields=["-opened_at", "-id"], name="review_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.version_digest} {self.state}"


class ReviewPlace(models.Model):
    """A column in which the piece was placed when it was submitted: its reviewers see and may act on it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="places")
    column = models.ForeignKey(Column, on_delete=models.PROTECT, related_name="+")
    site_id = models.UUIDField(db_index=True)
    # Whether the site is the owner's own: only then do the site's reviewers act for the owner.
    is_own = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.review_id} @ {self.column_id}"


class ReviewStep(models.Model):
    """One review or proof of a case, copied from the flow when the piece was submitted, or added later."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="steps")
    # Repeats the review's, for the inbox.
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    stage = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    level = models.PositiveSmallIntegerField(null=True)
    name = models.CharField(max_length=30)
    capability = models.CharField(max_length=40)
    excludes_writer = models.BooleanField(default=True)
    is_extra = models.BooleanField(default=False)
    days = models.PositiveSmallIntegerField(default=1)
    is_open = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField("办理期限", default=timezone.now)
    overdue_at = models.DateTimeField("逾期时间", null=True)
    assignee = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    done_act = models.ForeignKey("ReviewAct", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("stage", "position", "id")
        constraints = [
            models.UniqueConstraint(fields=["review", "level"], name="review_level_once"),
            models.CheckConstraint(
                condition=models.Q(kind="review", level__isnull=False)
                | models.Q(kind="proof", level__isnull=True),
                name="review_step_level_is_of_reviews",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "capability", "due_at", "id"],
                name="review_step_inbox",
                condition=models.Q(is_open=True),
            ),
            models.Index(fields=["due_at", "id"], name="review_step_open", condition=models.Q(is_open=True)),
        ]

    def __str__(self) -> str:
        return self.name


class ReviewAct(models.Model):
    """Who did what to a case, when, from where and why. Never changed, never deleted.

    `marks`: passages the reviewer marked, `{"start", "end", "text", "reason"}` in characters of the text.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="acts")
    step = models.ForeignKey(ReviewStep, on_delete=models.PROTECT, null=True, related_name="acts")
    level = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(max_length=12, choices=Act.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    from_stage = models.PositiveSmallIntegerField()
    to_stage = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)
    via = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=64, blank=True)
    comment = models.CharField("意见", max_length=2000, blank=True)
    marks = models.JSONField("标注", default=list)
    details = models.JSONField(default=dict)
    to_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class ReviewForm(models.Model):
    """The review form (发布审核表) of a published piece: JSON and HTML in the store (P7-08)."""

    review = models.OneToOneField(Review, on_delete=models.PROTECT, primary_key=True, related_name="form")
    json_digest = models.CharField(max_length=80)
    html_digest = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.html_digest
