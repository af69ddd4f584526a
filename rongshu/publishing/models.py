"""What the database remembers of published trees: the root of each manifest and who reads across sites."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.sites.models import Site


class SiteManifest(models.Model):
    """The state of one site's manifest. The shard itself is a file; its root digest is kept here.

    `is_settled` is taken away before the first change and given back with the new `root` when nothing
    is left to do: an unsettled manifest is continued, a settled one whose root differs is foreign.
    """

    site = models.OneToOneField(Site, on_delete=models.CASCADE, primary_key=True, related_name="manifest")
    root = models.CharField("清单根摘要", max_length=80, blank=True)
    page_count = models.PositiveIntegerField("文件数", default=0)
    byte_count = models.BigIntegerField("字节数", default=0)
    token = models.BigIntegerField(default=0)
    # What the pages were made with; after an upgrade they are made anew.
    edition = models.CharField(max_length=64, blank=True)
    is_settled = models.BooleanField(default=True)
    failing_pages = models.PositiveIntegerField("失败页面数", default=0)
    # When only failed pages are left: not before this.
    retry_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField("最近校验", null=True)
    repaired_count = models.PositiveIntegerField("累计修复", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "发布清单"

    def __str__(self) -> str:
        return f"{self.site_id} {self.root}"


class ForeignRead(models.Model):
    """A page of `site` reads something that is not placed there: the planner has to know.

    Written before the read, so that no change falls between reading and remembering.
    """

    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="foreign_reads")
    key = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "site"], name="foreign_read_once")]

    def __str__(self) -> str:
        return f"{self.site_id} ← {self.key}"


class ScaledPicture(models.Model):
    """A stored picture that was looked at: its sizes hang on it; none where it is better left alone."""

    original = models.CharField(max_length=80, primary_key=True)
    failure = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "图片规格"

    def __str__(self) -> str:
        return self.original


class Rendition(models.Model):
    """One size of a picture in one format, stored under its own digest."""

    id = models.BigAutoField(primary_key=True)
    picture = models.ForeignKey(ScaledPicture, on_delete=models.CASCADE, related_name="renditions")
    form = models.CharField(max_length=8)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    digest = models.CharField(max_length=80, db_index=True)
    size = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "图片规格文件"
        constraints = [models.UniqueConstraint(fields=["picture", "form", "width"], name="rendition_once")]

    def __str__(self) -> str:
        return f"{self.picture_id} {self.form} {self.width}"
