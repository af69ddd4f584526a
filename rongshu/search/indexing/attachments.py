"""Reading what attachments say: once per content, in the background, within limits, in a process of its own.

The libraries for PDF and Office files take memory and time, and a damaged file may take them down: the
process reads a few files and ends. What was read is kept by digest; the documents that bear it are asked for.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef

from rongshu.foundation import clock, storage, work
from rongshu.library.models import StoredFile, VersionFile
from rongshu.search.indexing.planning import document_requests
from rongshu.search.models import ReadAttachment

log = structlog.get_logger("rongshu.search")

_AT_ONCE: Final = 8
_SECONDS: Final = 120.0
_LARGEST: Final = 50 * 1024 * 1024
# Counted up when more can be read: files that said nothing to an earlier reader are read again.
READER: Final = 2
_State: Final = ReadAttachment.State
_READABLE: Final = (
    "pdf", "ofd", "rtf", "txt", "csv", "tsv", "md", "htm", "html",
    "doc", "docx", "docm", "dot", "dotx", "dotm", "wps", "wpt",
    "xls", "xlsx", "xlsm", "xlt", "xltx", "xltm", "et", "ett",
    "ppt", "pps", "pptx", "pptm", "ppsx", "ppsm", "potx", "potm", "dps", "dpt",
)  # fmt: skip


def read_next() -> bool:
    """Read a few attachments of what readers may see; return whether there were any."""
    forget_erased()
    digests = _unread()
    if not digests:
        return False
    texts = _read(digests)
    for digest, text in texts.items():
        _keep(digest, text)
    work.enqueue(document_requests("resource", _bearers(list(texts)), work.LISTS))
    return True


def forget_erased() -> int:
    """Erase what files said whose content was erased for good (a purge leaves no copy)."""
    erased = StoredFile.objects.filter(erased_at__isnull=False).values("digest")
    return ReadAttachment.objects.filter(digest__in=erased).delete()[0]


def _unread() -> list[str]:
    borne = VersionFile.objects.filter(
        file=OuterRef("pk"), role=VersionFile.Role.ATTACHMENT, version__effective_of__isnull=False
    )
    read = ReadAttachment.objects.filter(digest=OuterRef("pk"), reader=READER)
    waiting = StoredFile.objects.filter(extension__in=_READABLE, erased_at=None, size__lte=_LARGEST)
    found = waiting.filter(Exists(borne), ~Exists(read)).order_by("-stored_at")
    return list(found.values_list("digest", flat=True)[:_AT_ONCE])


def _bearers(digests: Sequence[str]) -> Iterable[UUID]:
    rows = VersionFile.objects.filter(file_id__in=digests, version__effective_of__isnull=False)
    return rows.values_list("version__resource_id", flat=True).distinct()


def _keep(digest: str, text: str | None) -> None:
    state = _State.UNREADABLE if text is None else _State.READ if text else _State.WITHOUT_TEXT
    ReadAttachment.objects.update_or_create(
        digest=digest,
        defaults={"state": state, "text": text or "", "reader": READER, "read_at": clock.now()},
    )


def _read(digests: Sequence[str]) -> dict[str, str | None]:
    """Return what files say, by digest; None for one that can't be read."""
    with TemporaryDirectory(prefix="rongshu-attachments-") as folder:
        files = [Path(folder) / str(number) for number in range(len(digests))]
        for digest, file in zip(digests, files, strict=True):
            _copy(digest, file)
        texts = _texts_of([str(file) for file in files])
    if len(texts) < len(digests):
        # The process broke down, or took too long, over the next file; those behind it have their turn later.
        log.warning("search-attachment-unreadable", digest=digests[len(texts)])
        texts.append(None)
    return dict(zip(digests, texts, strict=False))


def _copy(digest: str, file: Path) -> None:
    try:
        storage.copy_to(digest, file)
    except storage.ContentMissing:
        log.warning("search-attachment-missing", digest=digest)
        file.touch()


def _texts_of(files: Sequence[str]) -> list[str | None]:
    command = [sys.executable, "-m", "rongshu.search.indexing.reading", *files]
    try:
        said = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False).stdout
    except subprocess.TimeoutExpired as error:
        said = error.stdout or b""
    return [json.loads(line)["text"] for line in said.splitlines() if line.endswith(b"}")]
