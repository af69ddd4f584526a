"""Library standards, resource types and their field definitions: schemas as data."""

from __future__ import annotations

from django.db import models

from rongshu.foundation.identifiers import new_id


class LibraryStandard(models.Model):
    """A library standard (资源库标准); several may coexist (P2-01)."""

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField("标准名称", max_length=100)
    version = models.CharField("版本", max_length=20)
    source = models.CharField("依据", max_length=300, blank=True)
    is_default = models.BooleanField(default=False)
    # A standard that holds resources is not erased with them: nothing new is brought in by it (P2-03).
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "资源库标准"

    def __str__(self) -> str:
        return self.name


class ResourceType(models.Model):
    """A kind of resource: article, policy document, interpretation, leader … (P2-01 "table")."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    standard = models.ForeignKey(LibraryStandard, on_delete=models.PROTECT, related_name="types")
    code = models.SlugField("代码", max_length=40)
    name_cn = models.CharField("中文名称", max_length=50)
    name_en = models.CharField("英文名称", max_length=50)
    # What a page needs to know: which template family and which header block of elements.
    presentation = models.SlugField(max_length=40, default="article")
    is_document = models.BooleanField("公文类", default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "资源类型"
        constraints = [
            models.UniqueConstraint(fields=["standard", "code"], name="type_code_once_per_standard"),
            models.UniqueConstraint(fields=["standard", "name_cn"], name="type_name_cn_once"),
            models.UniqueConstraint(fields=["standard", "name_en"], name="type_name_en_once"),
        ]

    def __str__(self) -> str:
        return self.name_cn


class FieldDefinition(models.Model):
    """One element of a resource type beyond or restating the core (P2-02).

    `element_set` names the metadata set (元数据集) it is returned in (P6-04).
    """

    class DataType(models.TextChoices):
        TEXT = "text", "文本"
        HTML = "html", "富文本"
        CODE = "code", "代码"
        DATE = "date", "日期"
        DATETIME = "datetime", "日期时间"
        NUMBER = "number", "数字"
        BOOLEAN = "boolean", "是否"
        URL = "url", "网址"
        REFERENCE = "reference", "资源引用"
        ORGANIZATION = "organization", "机构引用"
        FILE = "file", "附件"
        ARRAY = "array", "数组"
        OBJECT = "object", "对象"

    class Obligation(models.TextChoices):
        MANDATORY = "M", "必选"
        CONDITIONAL = "C", "条件必选"
        OPTIONAL = "O", "可选"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource_type = models.ForeignKey(ResourceType, on_delete=models.CASCADE, related_name="fields")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="fields")
    element_set = models.CharField("元数据集", max_length=50, default="基本信息")
    name_cn = models.CharField("中文名称", max_length=50)
    name_en = models.CharField("英文名称", max_length=50)
    data_type = models.CharField("类型", max_length=20, choices=DataType.choices)
    length = models.PositiveIntegerField("长度", null=True)
    obligation = models.CharField("约束", max_length=1, choices=Obligation.choices)
    # When it is mandatory: {"element": …, "in": […]}; None for M and O.
    condition = models.JSONField("条件", null=True)
    domain = models.JSONField("值域", null=True)
    is_title = models.BooleanField("标题", default=False)
    is_listed = models.BooleanField("列表显示", default=False)
    is_searchable = models.BooleanField("可检索", default=False)
    is_system = models.BooleanField("系统字段", default=False)
    # The platform gives the value (index number, status, digest …); a record can't.
    is_assigned = models.BooleanField("系统赋值", default=False)
    position = models.PositiveIntegerField("排序", default=0)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "字段定义"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource_type", "name_en"],
                condition=models.Q(parent__isnull=True),
                name="field_name_en_once",
            ),
            models.UniqueConstraint(
                fields=["resource_type", "parent", "name_en"],
                condition=models.Q(parent__isnull=False),
                name="nested_field_name_en_once",
            ),
            models.UniqueConstraint(
                fields=["resource_type", "name_cn"],
                condition=models.Q(parent__isnull=True),
                name="field_name_cn_once",
            ),
            models.UniqueConstraint(
                fields=["resource_type", "parent", "name_cn"],
                condition=models.Q(parent__isnull=False),
                name="nested_field_name_cn_once",
            ),
            models.UniqueConstraint(
                fields=["resource_type"], condition=models.Q(is_title=True), name="one_title_field_per_type"
            ),
        ]

    def __str__(self) -> str:
        return self.name_cn


class ElementName(models.Model):
    """The dictionary of abbreviations that English element names may use (P6-07, DB34/T 4086)."""

    abbreviation = models.CharField(max_length=30, primary_key=True)
    full_word = models.CharField(max_length=60)
    name_cn = models.CharField(max_length=50, blank=True)

    def __str__(self) -> str:
        return self.abbreviation


class SourceApp(models.Model):
    """A registered system that brings resources in (采集来源系统)."""

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField("应用名称", max_length=100)
    adapter = models.CharField("对接方式", max_length=40)
    vendor = models.CharField("厂商", max_length=100, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = verbose_name_plural = "来源系统"

    def __str__(self) -> str:
        return self.name
