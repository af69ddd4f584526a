"""What was looked for, counted by day and site: no person, no address, no session, no time."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.sites.models import Site


class QueryCount(models.Model):
    """How often a query was asked, found nothing, or led to a document on one day (local)."""

    class Kind(models.TextChoices):
        ASKED = "asked", "检索"
        NOTHING = "nothing", "无结果"
        OPENED = "opened", "点击"

    id = models.BigAutoField(primary_key=True)
    day = models.DateField("日期")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField("检索词", max_length=60)
    document = models.CharField("打开的内容", max_length=80, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "检索统计"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "site", "kind", "text", "document"], name="query_counted_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.text} {self.count}"


class HotWord(models.Model):
    """A hot word editors placed by hand, or one they keep off the pages; of one site, or of all (no site)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, related_name="+")
    text = models.CharField("热词", max_length=30)
    is_hidden = models.BooleanField("不展示", default=False)
    position = models.PositiveSmallIntegerField("次序", default=0)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "热词"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["site", "text"], name="hot_word_once_a_site"),
            models.UniqueConstraint(
                fields=["text"], condition=models.Q(site=None), name="hot_word_once_everywhere"
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="hot_word_has_text"),
        ]

    def __str__(self) -> str:
        return self.text
