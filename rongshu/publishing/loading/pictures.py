"""Pictures and attachments of a version as pages show them; whoever shows them carries the files."""

from __future__ import annotations

from typing import Any

from rongshu.publishing import addresses
from rongshu.publishing.loading.reads import Reads
from rongshu.publishing.loading.rows import VersionRow
from rongshu.publishing.pages.models import Attachment, Image

_REFERENCE = "attachment:"


def title_image(version: VersionRow) -> Image | None:
    """A version's title picture. Its article page carries the file; lists only point at it."""
    return picture(version, version.image) if version.image else None


def picture(version: VersionRow, reference: str) -> Image | None:
    """The picture a reference names: a file of the version, or an address."""
    if not reference.startswith(_REFERENCE):
        return Image(reference, version.title) if reference.startswith(("/", "https://", "http://")) else None
    file = file_of(version, reference)
    if file is None:
        return None
    url = addresses.file_url(addresses.file_path(str(file["digest"]), str(file["name"])))
    return Image(
        url, str(file.get("alt") or version.title), int(file.get("width") or 0), int(file.get("height") or 0)
    )


def carry_files(version: VersionRow, reads: Reads) -> dict[str, str]:
    """Have an article page carry all files of its version; return their addresses by digest."""
    return {
        str(file["digest"]): reads.file(str(file["digest"]), str(file.get("name") or "file"))
        for file in version.attachments
        if file.get("digest")
    }


def downloads(version: VersionRow, files: dict[str, str]) -> tuple[Attachment, ...]:
    """The attachments listed under an article."""
    return tuple(
        Attachment(
            name=str(file.get("name") or "附件"),
            url=files[str(file["digest"])],
            size=int(file.get("size") or 0),
            media_type=str(file.get("media_type") or ""),
        )
        for file in version.attachments
        if file.get("role", "attachment") == "attachment" and str(file.get("digest")) in files
    )


def file_of(version: VersionRow, reference: str) -> dict[str, Any] | None:
    """The file entry of a version that a reference `attachment:<digest>` names."""
    digest = reference.removeprefix(_REFERENCE)
    return next((file for file in version.attachments if file.get("digest") == digest), None)
