"""Category trees and the links of resources to them, with a log of who or what linked."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.library.models.resources import Resource
from rongshu.library.models.standards import LibraryStandard


class CategoryScheme(models.Model):
    """A classification: 主题, 体裁, 基础, 受众, or one of the tenant's own."""

    code = models.SlugField(primary_key=True, max_length=40)
    standard = models.ForeignKey(LibraryStandard, on_delete=models.PROTECT, related_name="schemes")
    name = models.CharField("名称", max_length=50)
    source = models.CharField("依据", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "分类体系"

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A node of a classification; its name is public, what is in it need not be."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scheme = models.ForeignKey(CategoryScheme, on_delete=models.PROTECT, related_name="categories")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    code = models.CharField("代码", max_length=40)
    name = models.CharField("名称", max_length=100)
    path = models.CharField(max_length=1000, db_index=True, editable=False)
    position = models.PositiveIntegerField("排序", default=0)
    is_active = models.BooleanField("启用", default=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_from")

    class Meta:
        verbose_name = verbose_name_plural = "分类"
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="category_code_once_per_scheme"),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="category_not_its_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Classification(models.Model):
    """A resource stands under a category now. The two composite indexes serve both foreign keys."""

    id = models.BigAutoField(primary_key=True)
    resource = models.ForeignKey(
        Resource, on_delete=models.CASCADE, related_name="classifications", db_index=False
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="classifications", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "category"], name="classified_once_per_category")
        ]
        indexes = [models.Index(fields=["category", "resource"], name="classification_by_category")]

    def __str__(self) -> str:
        return f"{self.resource_id} ∈ {self.category_id}"


class ClassificationEntry(models.Model):
    """The log behind classifications: which rule or person put what where, and how sure it was."""

    id = models.BigAutoField(primary_key=True)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="classification_log")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_removal = models.BooleanField(default=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    rule = models.CharField(max_length=200, blank=True)
    confidence = models.FloatField(null=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.resource_id} {'−' if self.is_removal else '+'} {self.category_id}"
