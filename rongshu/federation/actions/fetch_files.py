"""Fetch attachments of foreign records: by digest, once, checked by what they are and not by what is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, Final, cast

from rongshu.federation.calling import download
from rongshu.federation.envelope import Envelope
from rongshu.federation.errors import FileDiffers
from rongshu.federation.models import ForeignResource, Message, Partner
from rongshu.foundation import clock, storage
from rongshu.foundation.canonical_json import digest_of_chunks, split_digest
from rongshu.foundation.errors import RongshuError
from rongshu.library.actions.keep_foreign_file import keep_foreign_file
from rongshu.library.models import StoredFile, VersionFile

LARGEST: Final = 2 * 1024**3
_CHUNK: Final = 1024 * 1024


def fetch_files_of(partner: Partner, envelopes: Sequence[Envelope]) -> int:
    """Fetch the files that records name and that are not here yet; return how many came.

    One that can't be had is left for its first use: the record does not wait for it.
    """
    wanted = {digest for envelope in envelopes for digest in _digests(envelope.record["files"])}
    fetched = 0
    for digest in sorted(wanted):
        if storage.exists(digest) or _is_erased(digest):
            continue
        try:
            fetch_file(partner, digest)
            fetched += 1
        except RongshuError as error:
            _log(partner, digest, error)
    return fetched


def fetch_file(partner: Partner, digest: str) -> None:
    """Fetch one file into the store; raise `FileDiffers`, a refusal of its kind, or that it can't be had."""
    name = VersionFile.objects.filter(file_id=digest).values_list("name", flat=True).first() or ""
    with NamedTemporaryFile(prefix="rongshu-file-") as file:
        download(partner, f"/files/{digest}", cast("BinaryIO", file), most_bytes=LARGEST)
        file.flush()
        file.seek(0)
        if (
            digest_of_chunks(iter(lambda: file.read(_CHUNK), b""), algorithm=split_digest(digest)[0])
            != digest
        ):
            raise FileDiffers(fields={"file": digest})
        keep_foreign_file(digest=digest, content=Path(file.name), name=name)


def supply(digest: str) -> bool:
    """Fetch a file of a foreign record at its first use; return whether it is here now."""
    uses = VersionFile.objects.filter(file_id=digest, version__resource__foreign__isnull=False)
    resource_ids = uses.values_list("version__resource_id", flat=True)[:10]
    sources = ForeignResource.objects.filter(pk__in=list(resource_ids)).select_related("partner")
    for partner in {row.partner_id: row.partner for row in sources}.values():
        try:
            fetch_file(partner, digest)
        except RongshuError as error:
            _log(partner, digest, error)
        else:
            return True
    return False


def _digests(files: Iterable[Any]) -> Iterable[str]:
    for file in files:
        digest = file.get("digest") if isinstance(file, dict) else None
        if isinstance(digest, str):
            try:
                split_digest(digest)
            except RongshuError:
                continue
            yield digest


def _is_erased(digest: str) -> bool:
    return StoredFile.objects.filter(digest=digest, erased_at__isnull=False).exists()


def _log(partner: Partner, digest: str, error: RongshuError) -> None:
    Message.objects.create(
        partner=partner, direction=Message.Direction.IN, kind=Message.Kind.FILE, status=Message.Status.FAILED,
        digest=digest[:80], error_code=error.code, error=error.message[:500], ended_at=clock.now(),
    )  # fmt: skip
