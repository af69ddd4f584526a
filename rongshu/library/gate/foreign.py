"""A version as its origin node sends it: read strictly, passed through the same gate, and left unchanged.

What an honest node sends went through its own gate: ours finds nothing to change. Where it does, the digest
differs and the record is refused with the names of what would have changed; it is never repaired in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from rongshu.foundation.canonical_json import split_digest
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.text import normalise_line, truncate
from rongshu.library.errors import ForeignRecordChanged, ForeignRecordMalformed
from rongshu.library.file_names import safe_file_name
from rongshu.library.gate.content import FORMAT, VersionContent, origin_fields, written_instant
from rongshu.library.gate.preparing import PreparedRecord, RawRecord, prepare
from rongshu.library.gate.records import AS_WRITTEN
from rongshu.library.gate.schemas import TypeSchema

SOURCE_APP: Final = "federation"

_TEXTS: Final = {
    "title": "title",
    "subtitle": "subtitle",
    "description": "description",
    "body": "body",
    "source": "content_source",
    "author": "author",
    "editor": "editor",
    "theme": "theme_code",
    "genre": "genre_code",
    "base": "base_code",
    "form": "form",
    "language": "language",
    "open_type": "open_type",
    "share_type": "share_type",
    "image": "image",
    "published_precision": "published_precision",
}
"""Texts among the origin fields, and what they are called here."""
_OTHERS: Final = frozenset(
    {
        "format", "resource", "standard", "type", "owner", "publisher", "keywords", "audience",
        "published_at", "elements", "attachments",
    }
)  # fmt: skip
_ALL: Final = frozenset(_TEXTS) | _OTHERS
_FILE: Final = {"digest": str, "name": str, "media_type": str, "size": int, "role": str, "alt": str}
_LARGEST_FILE: Final = 1 << 40
_DEEPEST: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignRecord:
    """What a neighbour sends of one version: `content` are the origin fields, `digest` what it says of them.

    `published_at` and `index_number` were assigned at the origin. Owner and publisher are organisations here.
    """

    key: str
    resource_id: UUID
    origin_node: UUID
    origin_number: int
    digest: str
    content: Mapping[str, Any]
    owner_id: UUID
    publisher_id: UUID
    publisher_name: str
    published_at: datetime | None = None
    index_number: str = ""


def raw_record_of(record: ForeignRecord) -> RawRecord:
    """Read the origin fields, every type checked; raise `ForeignRecordMalformed`."""
    fields = record.content
    _require_shape(record)
    content = VersionContent(
        key=record.key,
        resource_id=record.resource_id,
        version_id=new_id(),
        standard=fields["standard"],
        type_code=fields["type"],
        owner_id=record.owner_id,
        owner_code=fields["owner"],
        publisher_id=record.publisher_id,
        publisher_code=fields["publisher"],
        publisher_name=record.publisher_name,
        text="",
        keywords=list(fields["keywords"]),
        audience=list(fields["audience"]),
        elements=dict(fields["elements"]),
        attachments=[dict(file) for file in fields["attachments"]],
        given_published_at=_instant(fields["published_at"]),
        source_app=SOURCE_APP,
        origin_node=record.origin_node,
        origin_version=record.origin_number,
        **{name: fields[written] for written, name in _TEXTS.items()},
    )
    return RawRecord(content, {}, None)


def prepare_foreign(record: ForeignRecord, schemas: Mapping[tuple[str, str], TypeSchema]) -> PreparedRecord:
    """Pass a record through the gate; it is refused unless it comes out word for word as it went in.

    `schemas` are those of `(standard, type)`.
    """
    try:
        raw = raw_record_of(record)
    except RongshuError as error:
        return PreparedRecord(_nothing(record), "", None, (), (error,))
    schema = schemas.get((raw.content.standard, raw.content.type_code))
    prepared = prepare(raw, schema, AS_WRITTEN)
    if prepared.errors or prepared.digest == record.digest:
        return prepared
    changed = _changed(record.content, origin_fields(prepared.content))
    refusal = ForeignRecordChanged(fields=dict.fromkeys(changed, "收录时会被改动"))
    return PreparedRecord(prepared.content, "", None, (), (refusal,))


def prepare_foreign_portion(
    records: Sequence[ForeignRecord], schemas: Mapping[tuple[str, str], TypeSchema]
) -> list[PreparedRecord]:
    """Pass several records through the gate; runs in a worker process."""
    prepared = [prepare_foreign(each, schemas) for each in records]
    for each in prepared:
        each.content.text = ""  # the body has it too, and it would travel between processes
    return prepared


def _changed(sent: Mapping[str, Any], kept: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in kept if sent.get(name) != kept[name]) or ["digest"]


def _require_shape(record: ForeignRecord) -> None:
    fields = record.content
    wrong = _wrong_fields(fields) or (
        [] if fields["resource"] == str(record.resource_id) and fields["format"] == FORMAT else ["resource"]
    )
    if wrong:
        raise ForeignRecordMalformed(fields=dict.fromkeys(wrong, "缺少，或类型不对"))


def _wrong_fields(fields: Mapping[str, Any]) -> list[str]:
    if set(fields) != _ALL:
        return sorted(set(fields) ^ _ALL)[:20]
    texts = (*_TEXTS, "format", "resource", "standard", "type", "owner", "publisher")
    wrong = [name for name in texts if type(fields[name]) is not str]
    wrong += [name for name in ("keywords", "audience") if not _is_list_of(fields[name], str)]
    if not isinstance(fields["elements"], dict) or _is_deeper(fields["elements"], _DEEPEST):
        wrong.append("elements")
    if not _is_list_of(fields["attachments"], dict) or not all(map(_is_file, fields["attachments"])):
        wrong.append("attachments")
    if not _is_instant(fields["published_at"]):
        wrong.append("published_at")
    return wrong


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(type(item) is kind for item in value)


def _is_file(file: Mapping[str, Any]) -> bool:
    if set(file) != set(_FILE) or any(type(file[name]) is not kind for name, kind in _FILE.items()):
        return False
    try:
        split_digest(file["digest"])
    except RongshuError:
        return False
    return (
        0 <= file["size"] < _LARGEST_FILE
        and file["role"] in ("attachment", "image")
        and safe_file_name(file["name"]) == file["name"]
        and truncate(normalise_line(file["alt"]), 300) == file["alt"]
        and len(file["media_type"]) <= 100
    )


def _is_deeper(value: Any, depth: int) -> bool:
    if depth < 0:
        return True
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_is_deeper(item, depth - 1) for item in items)


def _instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _is_instant(written: Any) -> bool:
    if written is None:
        return True
    try:
        return isinstance(written, str) and written_instant(datetime.fromisoformat(written)) == written
    except ValueError:
        return False


def _nothing(record: ForeignRecord) -> VersionContent:
    """Return an empty content that only says which record was refused."""
    return VersionContent(
        key=record.key, resource_id=record.resource_id, version_id=new_id(), standard="", type_code="",
        owner_id=record.owner_id, owner_code="", publisher_id=record.publisher_id, publisher_code="",
        publisher_name="", title="", body="", text="",
    )  # fmt: skip
