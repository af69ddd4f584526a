"""Files uploaded for tasks: kept outside of every site, under a name of our own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile

from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.identifiers import new_id
from rongshu.intake.actions.define_task import uploads_folder

_TAKEN: Final = frozenset({".xml", ".xls", ".xlsx", ".csv", ".txt", ".json", ".jsonl", ".tsv"})
_LARGEST: Final = 500 * 1024 * 1024


def keep_upload(file: UploadedFile[Any]) -> Path:
    """Keep an uploaded file; raise `InvalidInput` for one of another kind or too large."""
    suffix = Path(file.name or "").suffix.lower()
    if suffix not in _TAKEN:
        raise InvalidInput("只接受 XML、Excel、CSV、JSON、JSON 行文件。", fields={"file": "文件类型不支持"})
    if (file.size or 0) > _LARGEST:
        raise InvalidInput("文件超过 500 MB，请由运维人员用命令指定。", fields={"file": "文件过大"})
    kept = uploads_folder() / f"{new_id().hex}{suffix}"
    with kept.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return kept
