"""Columns of a site, the standards they are created from, and automatic selections."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from rongshu.foundation.identifiers import new_id
from rongshu.library.models import Approval
from rongshu.organizations.models import Organization
from rongshu.sites.models.sites import Site


class ColumnStandard(models.Model):
    """A column-standard template: a tree from which a site's columns are made and then trimmed (P1-04).

    `tree` is a list of `{"slug", "name", "description", "keywords", "type", "update_class",
    "max_idle_days", "show_in_navigation", "children": […]}`.
    """

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField("名称", max_length=100)
    site_type = models.CharField(max_length=20, choices=Site.Type.choices)
    tree = models.JSONField(default=list)
    source = models.CharField("依据", max_length=300, blank=True)
    # The unit that keeps it for its sites and those of the units below; none for what is shipped.
    owner = models.ForeignKey(
        Organization, on_delete=models.CASCADE, null=True, related_name="column_standards"
    )

    class Meta:
        verbose_name = verbose_name_plural = "栏目标准"
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="column_standard_once_per_unit"),
        ]

    def __str__(self) -> str:
        return self.name


class Column(models.Model):
    """A column (栏目) with the elements of metadata.md 7.4. `path` is `/news/notices/`, for readers."""

    class UpdateClass(models.TextChoices):
        NEWS = "news", "动态要闻"
        NOTICE = "notice", "通知公告、政策文件"
        PERSONNEL = "personnel", "人事规划"
        STATIC = "static", "静态"
        OTHER = "other", "其他"

    class Status(models.TextChoices):
        ACTIVE = "active", "启用"
        HIDDEN = "hidden", "隐藏"
        CLOSED = "closed", "停用"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="columns")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    slug = models.CharField(
        "代号", max_length=60, validators=[RegexValidator(r"\A[a-z0-9][a-z0-9-]{0,59}\Z")]
    )
    path = models.CharField("路径", max_length=600, editable=False)
    name = models.CharField("栏目名称", max_length=60)
    description = models.CharField("栏目描述", max_length=300)
    keywords = models.CharField("栏目关键词", max_length=200)
    type = models.CharField("栏目类别", max_length=60)
    update_class = models.CharField(
        "更新类别", max_length=20, choices=UpdateClass.choices, default=UpdateClass.OTHER
    )
    max_idle_days = models.PositiveIntegerField("最长不更新天数", default=180)
    owner = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="columns", verbose_name="保障单位"
    )
    disclosure_code = models.CharField("信息公开目录代码", max_length=40, blank=True)
    approval_route = models.SlugField("审核流程", max_length=40, default="single")
    hold_updates = models.BooleanField("更新须本栏目确认", default=False)
    list_template = models.SlugField("列表模板", max_length=40, default="titles")
    article_template = models.SlugField("正文模板", max_length=40, default="article")
    show_in_navigation = models.BooleanField("导航显示", default=False)
    page_size = models.PositiveSmallIntegerField("每页条数", default=20)
    position = models.PositiveIntegerField("排序", default=0)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.ACTIVE)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "栏目"
        constraints = [
            models.UniqueConstraint(fields=["site", "path"], name="column_path_once_per_site"),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="column_not_its_own_parent",
            ),
            models.CheckConstraint(
                condition=models.Q(page_size__gte=5, page_size__lte=200), name="column_page_size_is_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ColumnSelection(models.Model):
    """The rule of an automatic column; its approval by the column's route stands for what it selects.

    `query` is a library query: `{"types": [], "categories": [], "keywords": [], "owners": []}`.
    Only effective versions of the named owners are selected.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    column = models.ForeignKey(Column, on_delete=models.CASCADE, related_name="selections")
    query = models.JSONField(default=dict)
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.column_id} {self.query}"
