"""Taking the files of a record into the store, by what they are and not by what they claim to be (P3-06)."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db.models import F, Q

from rongshu.accounts.viewers import Viewer
from rongshu.foundation import storage
from rongshu.foundation.errors import NotFound, RongshuError
from rongshu.foundation.text import normalise_line, truncate
from rongshu.library.file_names import safe_file_name
from rongshu.library.file_sniffing import sniff
from rongshu.library.gate.antivirus import registered_antivirus
from rongshu.library.gate.records import IncomingFile, IncomingRecord
from rongshu.library.models import StoredFile, VersionFile
from rongshu.library.queries.visibility import in_scope, visible


@dataclass(slots=True)
class FiledFiles:
    """The files of a record as stored: the list for the version, rows for new contents, body addresses.

    `refused` holds the name of each file that may not be stored, and why.
    """

    attachments: list[dict[str, Any]] = field(default_factory=list)
    rows: list[StoredFile] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[str, RongshuError]] = field(default_factory=list)
    flags: list[dict[str, str]] = field(default_factory=list)


def take_files(record: IncomingRecord, viewer: Viewer) -> FiledFiles:
    """Store the files of a record. No transaction is open; a file stored twice is stored once."""
    filed = FiledFiles()
    for incoming in record.files:
        try:
            row, name = _take(incoming, viewer, filed)
        except RongshuError as error:
            filed.refused.append((normalise_line(incoming.name)[:100], error))
            continue
        _add(filed, incoming, row, name)
    return filed


def _add(filed: FiledFiles, incoming: IncomingFile, row: StoredFile, name: str) -> None:
    if incoming.source_url:
        filed.addresses[incoming.source_url] = f"attachment:{row.digest}"
    if any(file["digest"] == row.digest and file["role"] == incoming.role for file in filed.attachments):
        return
    filed.attachments.append(
        {
            "digest": row.digest,
            "name": name,
            "media_type": row.media_type,
            "size": row.size,
            "role": incoming.role,
            "alt": truncate(normalise_line(incoming.alt), 300) if incoming.alt else "",
        }
    )


def _take(incoming: IncomingFile, viewer: Viewer, filed: FiledFiles) -> tuple[StoredFile, str]:
    content = incoming.content
    if isinstance(content, str):
        return _kept(content, viewer), safe_file_name(incoming.name)
    sniffed = sniff(content, name=incoming.name, antivirus=registered_antivirus())
    with BytesIO(content) if isinstance(content, bytes) else Path(content).open("rb") as stream:
        stored = storage.put(stream)
    for flag in sniffed.flags:
        message = f"附件“{sniffed.safe_name}”：{_FLAGS.get(flag, flag)}"
        filed.flags.append({"element": "Attachments", "code": f"file-{flag}", "message": message})
    row = StoredFile(
        digest=stored.digest,
        size=stored.size,
        media_type=sniffed.media_type,
        extension=sniffed.extension,
        width=sniffed.width,
        height=sniffed.height,
    )
    filed.rows.append(row)
    return row, sniffed.safe_name


_FLAGS = {
    "macro-enabled": "含有宏，请确认来源。",
    "encrypted": "已加密，无法检查内容。",
    "active-pdf": "含有可执行动作，请确认来源。",
    "embedded-object": "含有嵌入对象，请确认来源。",
    "extension-corrected": "扩展名与内容不符，已更正。",
}


def _kept(digest: str, viewer: Viewer) -> StoredFile:
    """Return a stored file that a version the viewer may read uses; to anyone else it is absent."""
    if digest not in readable_files(viewer, {digest}):
        raise NotFound(fields={"Attachments": digest})
    return StoredFile.objects.get(digest=digest)


def readable_files(viewer: Viewer, digests: set[str]) -> set[str]:
    """Return those of the digests that a version within the viewer's sight uses.

    Knowing a digest is no right to the file: its own drafts' and visible effective versions' files only.
    """
    uses = VersionFile.objects.filter(file_id__in=digests, file__erased_at__isnull=True)
    seen = uses.filter(version__resource__in=visible(viewer))
    if not viewer.reads_everything:
        is_own = Q(version__resource__in=in_scope(viewer))
        seen = seen.filter(is_own | Q(version__resource__effective_version_id=F("version_id")))
    return set(seen.values_list("file_id", flat=True))
