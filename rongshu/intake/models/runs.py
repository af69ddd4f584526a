"""An intake run and every address it met: the frontier, and what became of each."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.library.models import ApprovalBatch
from rongshu.sites.models import Site


class IntakeRun(models.Model):
    """Taking over one source into one site. Each phase can be cut off anywhere and taken up again."""

    class Phase(models.TextChoices):
        CRAWLING = "crawling", "采集"
        LEARNING = "learning", "归纳模板"
        ADMITTING = "admitting", "入库"
        APPROVING = "approving", "审批"
        WAITING = "waiting", "待审批"
        PLACING = "placing", "发布到栏目"
        PUBLISHING = "publishing", "生成页面"
        TESTING = "testing", "测试"
        FINISHED = "finished", "完成"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="intake_runs")
    source = models.CharField("来源", max_length=1000)
    allowed_hosts = models.JSONField("允许的主机", default=list)
    # Breadcrumbs of the source (names joined by " > ") → paths of columns, "" for what is left out.
    mapping = models.JSONField("栏目对应", default=dict)
    phase = models.CharField("阶段", max_length=20, choices=Phase.choices, default=Phase.CRAWLING)
    batch = models.OneToOneField(
        ApprovalBatch, on_delete=models.PROTECT, null=True, related_name="intake_run"
    )
    # The run whose source this one looks at again: it brings what is new, changed or gone since.
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="passes")
    # Hosts whose addresses are kept; from the switch on they answer as ours.
    old_hosts = models.JSONField("旧主机", default=list)
    is_switched = models.BooleanField("已切换", default=False)
    # Minutes between two looks at the source until the switch; none: only when asked for.
    follow_every = models.PositiveIntegerField("同步间隔（分钟）", null=True)
    followed_at = models.DateTimeField(null=True)
    per_second = models.FloatField("每秒请求数", null=True, default=5.0)
    # Encoding → pages, "" for pages that declare another one than theirs.
    encodings = models.JSONField("编码", default=dict)
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "采集任务"

    def __str__(self) -> str:
        return f"{self.source} → {self.site_id}"


class IntakeAddress(models.Model):
    """An address the run met: still to be read while `kind` is empty, else what it turned out to be."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(IntakeRun, on_delete=models.CASCADE, related_name="addresses")
    url = models.CharField(max_length=2000)
    key = models.CharField(max_length=64)
    found_on = models.CharField(max_length=2000, blank=True)
    is_guess = models.BooleanField(default=False)
    # Title and day (YYYY-MM-DD) a list gave it.
    label = models.CharField(max_length=300, blank=True)
    listed_on = models.CharField(max_length=10, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    of_url = models.CharField(max_length=2000, blank=True)
    # Short keys of the pages a list page links to, until the run has told which column it lists.
    links = models.JSONField(default=list)
    # What the server said of this state of the page, and what was fetched beside it (parts, frames):
    # [[url, etag, last-modified, digest], …].
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    beside = models.JSONField(default=list)

    class Meta:
        verbose_name = verbose_name_plural = "采集到的网址"
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="intake_address_once_per_run")]

    def __str__(self) -> str:
        return self.url


class IntakeArticle(models.Model):
    """One article the run met, as extracted, and what became of it.

    `extracted` is the JSON of `rongshu intake extract`, with subtitle and index number. `position` is the
    order in which articles were met. `doubts` are the codes of what a person is to look at (doubts.py).
    """

    class Outcome(models.TextChoices):
        EXTRACTED = "extracted", "已提取"
        STORED = "stored", "已入库"
        DUPLICATE = "duplicate", "重复"
        REFUSED = "refused", "未入库"

    class Review(models.TextChoices):
        NONE = "", "不需复核"
        OPEN = "open", "待复核"
        CORRECTED = "corrected", "已更正"
        ACCEPTED = "accepted", "已确认"

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(IntakeRun, on_delete=models.CASCADE, related_name="articles")
    position = models.PositiveIntegerField()
    url = models.CharField(max_length=2000)
    key = models.CharField(max_length=64)
    other_urls = models.JSONField(default=list)
    column_paths = models.JSONField(default=list)
    extracted = models.JSONField(default=dict)
    # As fetched: {"name", "url", "sha256", "size", "role", "alt"}, and "validators" where the server
    # gave some; what was not to be had carries "reason".
    files = models.JSONField(default=list)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.EXTRACTED)
    # Of what was read at first, before templates bettered it: a later look compares with this.
    read_digest = models.CharField(max_length=64, blank=True)
    # The resource of which this is a new version: the page has changed since an earlier run.
    revises_id = models.UUIDField(null=True)
    resource_id = models.UUIDField(null=True)
    version_id = models.UUIDField(null=True)
    of_resource_id = models.UUIDField(null=True)
    code = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    # The shape of address and tree, and {field: [path, label]} (extraction/places.py).
    shape = models.CharField(max_length=300, blank=True)
    anchors = models.JSONField(default=dict)
    doubts = models.JSONField(default=list)
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.NONE, blank=True)
    # What a person said of this page alone: {field: value}; no rule changes it again.
    corrections = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "采集的文章"
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="intake_article_once_per_run")]
        indexes = [
            models.Index(fields=["run", "outcome", "position"], name="intake_by_outcome"),
            models.Index(
                fields=["run", "position"], condition=models.Q(review="open"), name="intake_to_review"
            ),
            models.Index(fields=["run", "shape"], name="intake_by_shape"),
        ]

    def __str__(self) -> str:
        return self.url


class IntakeRefusal(models.Model):
    """An address of the source that gave no article for a reason worth telling."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(IntakeRun, on_delete=models.CASCADE, related_name="refusals")
    url = models.CharField(max_length=2000)
    key = models.CharField(max_length=64)
    code = models.CharField(max_length=60)
    reason = models.CharField(max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "未采集的网址"
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="intake_refusal_once_per_run")]

    def __str__(self) -> str:
        return self.url
