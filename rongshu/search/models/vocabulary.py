"""The words of editors: sets of one meaning, stop words, and what a query shows first or never."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.sites.models import Site


class Kept(models.Model):
    """What editors keep, for one site or for all (no site), and who changed it last."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    note = models.CharField("说明", max_length=200, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True


class VocabularyEntry(Kept):
    """Words of one meaning, words that lead to others, or a stop word. Lists of normalised texts."""

    class Kind(models.TextChoices):
        SYNONYMS = "synonyms", "同义词"
        ONE_WAY = "one-way", "单向扩展"
        STOP = "stop", "停用词"

    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    words = models.JSONField("词语", default=list)
    leads_to = models.JSONField("扩展为", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "检索词汇"
        ordering = ["-changed_at", "id"]

    def __str__(self) -> str:
        return " ".join(self.words)


class Promotion(Kept):
    """What stands first for some queries (a page of anywhere, or a document of the index), or never."""

    class Kind(models.TextChoices):
        BEST_BET = "best-bet", "推荐"
        PIN = "pin", "置顶"
        BLOCK = "block", "屏蔽"

    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    queries = models.JSONField("检索词", default=list)
    """Normalised; empty means every query (for blocked documents only)."""
    document = models.CharField("文档", max_length=80, blank=True)
    title = models.CharField("标题", max_length=200, blank=True)
    url = models.CharField("链接", max_length=500, blank=True)
    text = models.CharField("摘要", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)
    begins_on = models.DateField("开始日期", null=True, blank=True)
    ends_on = models.DateField("结束日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检索推荐"
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(kind="best-bet") & ~models.Q(title="") & ~models.Q(url=""))
                | (~models.Q(kind="best-bet") & ~models.Q(document="")),
                name="promotion_names_what",
            )
        ]

    def __str__(self) -> str:
        return self.title or self.document
