"""What is being written and is no version yet: a person's draft of a piece, its files, and the edit lock."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.library.models import Resource, ResourceVersion
from rongshu.organizations.models import Organization


class Draft(models.Model):
    """What one person has typed about one piece; kept by itself, a version only once it is saved.

    `values` holds the elements by English name as the form has them; they may be incomplete or wrong.
    `revision` grows with every keeping, `writer` names the page that kept last: two windows of one person
    don't overwrite each other unseen. `base_version` is what the writing began from.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, null=True, related_name="drafts")
    base_version = models.ForeignKey(ResourceVersion, on_delete=models.SET_NULL, null=True, related_name="+")
    type_code = models.SlugField("资源类型", max_length=40)
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("标题", max_length=200, blank=True)
    values = models.JSONField("元数据", default=dict)
    body = models.TextField("正文", blank=True)
    revision = models.PositiveIntegerField(default=0)
    writer = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    kept_at = models.DateTimeField("暂存时间", default=timezone.now)
    # When it last became a version; what was kept after that is in no version yet.
    saved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "未提交的稿子"
        constraints = [
            models.UniqueConstraint(fields=["person", "resource"], name="draft_once_per_person_and_piece"),
        ]
        indexes = [models.Index(fields=["person", "-kept_at", "-id"], name="draft_by_person")]

    def __str__(self) -> str:
        return self.title or "（无标题）"

    @property
    def is_unsaved(self) -> bool:
        """Whether something in it is in no version yet."""
        return self.saved_at is None or self.kept_at > self.saved_at


class DraftFile(models.Model):
    """A file of a draft: sniffed and in the store, but of no version yet.

    `made_from` is the digest of the picture it was cut or converted from; `focus_x` and `focus_y` say in per
    mille where the picture's subject is.
    """

    class Role(models.TextChoices):
        ATTACHMENT = "attachment", "附件"
        IMAGE = "image", "图片"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    digest = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    role = models.CharField(max_length=20, choices=Role.choices)
    alt = models.CharField("替代文字", max_length=300, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    focus_x = models.PositiveSmallIntegerField(default=500)
    focus_y = models.PositiveSmallIntegerField(default=500)
    made_from = models.CharField(max_length=80, blank=True)
    notices = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "digest", "role"], name="draft_file_once")]
        ordering = ("position", "added_at", "id")

    def __str__(self) -> str:
        return self.name


class EditLock(models.Model):
    """Who is editing a piece now. It lapses by itself when the page that holds it stops beating."""

    resource = models.OneToOneField(
        Resource, on_delete=models.CASCADE, primary_key=True, related_name="edit_lock"
    )
    holder = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    writer = models.CharField(max_length=40)
    since = models.DateTimeField("开始时间", default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)
    taken_from = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.holder_id} @ {self.resource_id}"


class PieceTemplate(models.Model):
    """A beginning for common pieces that a unit keeps for itself, beside the built-in ones (seed/)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    name = models.CharField("名称", max_length=40)
    type_code = models.SlugField(max_length=40)
    values = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "稿件模板"
        ordering = ("position", "name")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="piece_template_once_per_unit"),
        ]

    def __str__(self) -> str:
        return self.name


class Watermark(models.Model):
    """What a unit, and those below it without one of their own, write over their pictures."""

    class Place(models.TextChoices):
        BOTTOM_RIGHT = "br", "右下角"
        BOTTOM_LEFT = "bl", "左下角"
        TOP_RIGHT = "tr", "右上角"
        TOP_LEFT = "tl", "左上角"
        MIDDLE = "mc", "正中"

    class Size(models.IntegerChoices):
        SMALL = 55, "小"
        MEDIUM = 40, "中"
        LARGE = 25, "大"

    owner = models.OneToOneField(
        Organization, on_delete=models.CASCADE, primary_key=True, related_name="watermark"
    )
    # Without words it is the name of whichever unit writes.
    text = models.CharField("文字", max_length=40, blank=True)
    place = models.CharField("位置", max_length=2, choices=Place.choices, default=Place.BOTTOM_RIGHT)
    strength = models.PositiveSmallIntegerField("不透明度（%）", default=75)
    size = models.PositiveSmallIntegerField("字号", choices=Size.choices, default=Size.MEDIUM)
    # Whether the editor offers it ticked.
    is_usual = models.BooleanField("默认加水印", default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "图片水印"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(strength__gte=10, strength__lte=100), name="watermark_can_be_seen"
            )
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.text}"
