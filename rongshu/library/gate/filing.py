"""Taking the files of a record into the store, by what they are and not by what they claim to be (P3-06)."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from rongshu.accounts.viewers import Viewer
from rongshu.foundation import storage
from rongshu.foundation.errors import RongshuError
from rongshu.library.gate.records import IncomingFile, IncomingRecord
from rongshu.library.models import StoredFile


@dataclass(slots=True)
class FiledFiles:
    """The files of a record as stored: the list for the version, rows for new contents, body addresses."""

    attachments: list[dict[str, Any]] = field(default_factory=list)
    rows: list[StoredFile] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    errors: list[RongshuError] = field(default_factory=list)


def take_files(record: IncomingRecord, viewer: Viewer) -> FiledFiles:
    """Store the files of a record; a refused file is an error of the record. No transaction is open."""
    filed = FiledFiles()
    for incoming in record.files:
        try:
            row = _take(incoming, viewer)
        except RongshuError as error:
            filed.errors.append(error)
            continue
        filed.rows.append(row)
        filed.attachments.append(_entry(incoming, row))
        if incoming.source_url:
            filed.addresses[incoming.source_url] = f"attachment:{row.digest}"
    return filed


def _take(incoming: IncomingFile, viewer: Viewer) -> StoredFile:
    content = incoming.content
    stream = BytesIO(content) if isinstance(content, bytes) else Path(content).open("rb")
    with stream:
        stored = storage.put(stream)
    kind = mimetypes.guess_type(incoming.name)[0] or "application/octet-stream"
    return StoredFile(
        digest=stored.digest, size=stored.size, media_type=kind, extension=Path(incoming.name).suffix[1:10]
    )


def _entry(incoming: IncomingFile, row: StoredFile) -> dict[str, Any]:
    return {
        "digest": row.digest,
        "name": incoming.name,
        "media_type": row.media_type,
        "size": row.size,
        "role": incoming.role,
        "alt": incoming.alt,
    }
