"""Dictionaries as data: their versions are immutable; exceptions are what a tenant found right."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.organizations.models import Organization


class Dictionary(models.Model):
    """A word list of the platform (no organisation) or of an organisation and those below it."""

    class Kind(models.TextChoices):
        TERMS = "terms", "错误、敏感词语"
        PHRASES = "phrases", "固定提法"
        LEADERS = "leaders", "领导人姓名职务"
        SOURCES = "sources", "稿源名单"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField("代码", max_length=40)
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    error_class = models.CharField("错误类别", max_length=4, default="E4")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="所属机构"
    )
    is_active = models.BooleanField("启用", default=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "词库"
        constraints = [
            models.UniqueConstraint(fields=["organization", "code"], name="dictionary_code_once_per_unit"),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(organization__isnull=True),
                name="dictionary_code_once_on_platform",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DictionaryVersion(models.Model):
    """What a dictionary held from a day on: compressed JSON lines, one per word; never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dictionary = models.ForeignKey(Dictionary, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("版本")
    digest = models.CharField(max_length=80)
    word_count = models.PositiveIntegerField("词数")
    content = models.BinaryField()
    source = models.CharField("来源", max_length=300)
    dated_on = models.DateField("来源日期")
    effective_from = models.DateField("启用日期")
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "词库版本"
        constraints = [
            models.UniqueConstraint(fields=["dictionary", "number"], name="dictionary_version_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.dictionary_id} {self.number}"


class TaughtText(models.Model):
    """A text that is right under a rule in the words around it, for a unit and those below it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    rule_code = models.CharField("规则", max_length=40)
    text = models.CharField("文本", max_length=200)
    before = models.CharField("前文", max_length=40, blank=True)
    after = models.CharField("后文", max_length=40, blank=True)
    reason = models.CharField("理由", max_length=300)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.phrase

    @property
    def phrase(self) -> str:
        """The text with what stands around it."""
        return f"{self.before}{self.text}{self.after}"


class TextException(TaughtText):
    """A text that a unit's person has found right in these surroundings; revoked, never deleted."""

    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "例外"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "rule_code", "text", "before", "after"],
                condition=models.Q(revoked_at__isnull=True),
                name="exception_once",
            )
        ]


class ProposedException(TaughtText):
    """What an editor or reviewer marked as wrong: teaches nothing until a keeper of the list accepts it."""

    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # None: waits; the mark itself holds for its own piece whatever is decided.
    is_accepted = models.BooleanField("已采纳", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "误报建议"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "rule_code", "text", "before", "after"],
                condition=models.Q(decided_at__isnull=True),
                name="proposed_exception_once",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True, decided_by__isnull=True, is_accepted__isnull=True)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False, is_accepted__isnull=False),
                name="proposed_exception_decided_whole",
            ),
        ]


class LexiconState(models.Model):
    """One row: a number that grows with every change, so that running processes load anew."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    generation = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.generation)
