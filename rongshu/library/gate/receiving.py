"""An incoming record becomes a raw record: ids given, files taken, nothing judged yet."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from uuid import UUID

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.identifiers import new_id
from rongshu.library.errors import AttachmentUnknown
from rongshu.library.gate.content import VersionContent
from rongshu.library.gate.filing import FiledFiles, readable_files, take_files
from rongshu.library.gate.preparing import RawRecord
from rongshu.library.gate.records import IncomingRecord
from rongshu.library.models import StoredFile


@dataclass(frozen=True, slots=True)
class Received:
    """A raw record and the rows of its files, to be written with it."""

    raw: RawRecord
    file_rows: tuple[StoredFile, ...]

    def refused(self, error: RongshuError) -> Received:
        """Return the same record with one more reason to refuse it."""
        return replace(self, raw=replace(self.raw, errors=(*self.raw.errors, error)))


def receive(
    record: IncomingRecord,
    *,
    viewer: Viewer,
    standard: str,
    refuses_bad_files: bool,
    resource_id: UUID | None = None,
) -> Received:
    """Store the record's files and give it ids; `resource_id` names the resource it is a new version of."""
    filed = take_files(record, viewer) if record.files else FiledFiles()
    content = _content(record, filed, standard, resource_id or record.id or new_id())
    content.flags += filed.flags
    errors = tuple(error for _, error in filed.refused) if refuses_bad_files else ()
    if not refuses_bad_files:
        for name, error in filed.refused:
            content.flag("Attachments", error.code, f"附件“{name}”未收入：{error.message}")
    errors += _foreign_files(record, filed, viewer)
    return Received(RawRecord(content, filed.addresses, record.base_url, errors), tuple(filed.rows))


def _foreign_files(record: IncomingRecord, filed: FiledFiles, viewer: Viewer) -> tuple[RongshuError, ...]:
    """A body names files by digest; naming one is no way to get at it (visibility, DESIGN.md)."""
    named = set(_ATTACHMENT.findall(record.body_html)) if "attachment:" in record.body_html else set()
    named |= set(_ATTACHMENT.findall(record.image))
    missing = named - {file["digest"] for file in filed.attachments}
    if not missing or missing <= readable_files(viewer, missing):
        return ()
    return (AttachmentUnknown.at("Content", "正文"),)


_ATTACHMENT = re.compile(r"attachment:((?:sha256|sm3):[0-9a-f]{64})")


def _content(record: IncomingRecord, filed: FiledFiles, standard: str, resource_id: UUID) -> VersionContent:
    publisher = record.publisher or record.owner
    content = VersionContent(
        key=record.external_key,
        resource_id=resource_id,
        version_id=new_id(),
        standard=standard,
        type_code=record.type_code,
        owner_id=record.owner.pk,
        owner_code=record.owner.credit_code,
        publisher_id=publisher.pk,
        publisher_code=publisher.credit_code,
        publisher_name=publisher.name,
        body=record.body_html,
        text="",
        keywords=list(record.keywords),
        audience=list(record.audience),
        elements=dict(record.elements),
        attachments=filed.attachments,
        **{name: getattr(record, name) for name in _COPIED},
    )
    if record.publisher is None:
        content.derived["Publisher"] = "owner"
    return content


_COPIED: tuple[str, ...] = (
    "title", "content_source", "subtitle", "description", "author", "editor", "theme_code", "genre_code",
    "base_code", "form", "language", "open_type", "share_type", "image", "given_published_at",
    "published_precision", "source_app", "legacy_index_number", "origin_node", "origin_version",
)  # fmt: skip
