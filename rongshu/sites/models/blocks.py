"""The configurable blocks of a site's home page."""

from __future__ import annotations

from django.db import models

from rongshu.foundation.identifiers import new_id
from rongshu.sites.models.columns import Column
from rongshu.sites.models.sites import Site


class Block(models.Model):
    """One block of the home page: what kind, fed from where, in which area and order."""

    class Kind(models.TextChoices):
        HEADLINE = "headline", "头条"
        CAROUSEL = "carousel", "图片轮播"
        COLUMN_LIST = "column-list", "栏目列表"
        COLUMN_TABS = "column-tabs", "栏目选项卡"
        POLICY_PAIRS = "policy-pairs", "政策与解读"
        TOPICS = "topics", "专题"
        SERVICES = "services", "办事入口"
        ENTRIES = "entries", "四大入口"
        LEADERS = "leaders", "领导"
        INSTITUTIONS = "institutions", "机构"
        LINKS = "links", "链接"
        SITES = "sites", "站群导航"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="blocks")
    key = models.SlugField(max_length=40)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(max_length=60, blank=True)
    columns = models.ManyToManyField(Column, related_name="+")
    count = models.PositiveSmallIntegerField(default=6)
    # Kind-specific settings: {"links": [{"name", "url"}], "width": "half"} …
    options = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "key"], name="block_key_once_per_site")]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.site_id}:{self.key}"
