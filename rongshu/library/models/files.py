"""Files by content: stored once under their digest, named by the versions that use them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.foundation.identifiers import new_id
from rongshu.library.models.versions import ResourceVersion


class StoredFile(models.Model):
    """One content in the store. Which sniffed type it has, not which its name claims."""

    digest = models.CharField(max_length=80, primary_key=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    extension = models.CharField(max_length=10)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    stored_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.digest


class VersionFile(models.Model):
    """A version uses a file; the row that answers where a file is used."""

    class Role(models.TextChoices):
        ATTACHMENT = "attachment", "附件"
        IMAGE = "image", "图片"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ResourceVersion, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="uses")
    role = models.CharField(max_length=20, choices=Role.choices)
    name = models.CharField(max_length=200)
    alt = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
