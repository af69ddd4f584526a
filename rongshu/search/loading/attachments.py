"""What attachments say: from the texts that were read once per file, in the background."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rongshu.library.models import VersionFile
from rongshu.search.documents import AttachmentText
from rongshu.search.models import ReadAttachment

_AT_ONCE = 500


def attached_files(attachments: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return digest and name of a version's attachments; pictures are none."""
    role = VersionFile.Role.ATTACHMENT
    return [
        (str(one["digest"]), str(one.get("name", "")))
        for one in attachments
        if one.get("role", role) == role and one.get("digest")
    ]


def texts_of_files(digests: Iterable[str]) -> dict[str, str]:
    """Return what files say, by digest; those without text, or not read yet, are left out."""
    wanted = list(dict.fromkeys(digests))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = ReadAttachment.objects.filter(digest__in=wanted[start : start + _AT_ONCE])
        found.update(rows.exclude(text="").values_list("digest", "text"))
    return found


def attachment_texts(files: Iterable[tuple[str, str]], texts: dict[str, str]) -> tuple[AttachmentText, ...]:
    """Return the attachments of a version with what they say."""
    return tuple(AttachmentText(name, digest, texts.get(digest, "")) for digest, name in files)
