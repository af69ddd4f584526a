"""Store the content of a file that a foreign record names, after the look every file gets (P3-06)."""

from __future__ import annotations

from pathlib import Path

from rongshu.foundation import storage
from rongshu.library.file_sniffing import sniff
from rongshu.library.gate.antivirus import registered_antivirus
from rongshu.library.models import StoredFile


def keep_foreign_file(*, digest: str, content: Path, name: str) -> None:
    """Store a content whose digest was compared; what its origin said of it gives way to what it is.

    Raise a `FileRefused`. Not to be called inside a transaction.
    """
    sniffed = sniff(content, name=name or content.name, antivirus=registered_antivirus())
    with content.open("rb") as stream:
        storage.put(stream)
    StoredFile.objects.filter(digest=digest).update(
        media_type=sniffed.media_type, extension=sniffed.extension, width=sniffed.width, height=sniffed.height
    )
