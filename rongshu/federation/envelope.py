"""The envelope in which a record travels: docs/standards/federation/envelope.schema.json.

`record` is what its origin says and signs; `content` are the origin fields of the version, whose digest the
record names; `number` and `via` are what the node says that hands it on. A line of a batch is one envelope.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import orjson

from rongshu.federation.errors import EnvelopeMalformed
from rongshu.federation.signing.proofs import Statement, moment, read_moment
from rongshu.foundation.canonical_json import digest

PROTOCOL: Final = "1"
UPSERT: Final = "upsert"
WITHDRAWN: Final = "withdrawn"
PURGED: Final = "purged"
KINDS: Final = frozenset({UPSERT, WITHDRAWN, PURGED})
EVERYTHING: Final = "*"

MOST_NODES: Final = 8
"""How many nodes a record may pass: more is a loop, or somebody's experiment."""
LONGEST_LINE: Final = 16 * 1024 * 1024
_LARGEST: Final = 2**53 - 1

_MEMBERS: Final = frozenset({"protocol", "number", "via", "record", "content", "proof"})
_RECORD: Final = frozenset(
    {
        "id", "kind", "origin", "owner", "publisher", "type", "digest", "number", "published_at",
        "index_number", "validity", "url", "share", "licence", "categories", "files", "purged",
    }
)  # fmt: skip
_TEXTS: Final = ("type", "digest", "index_number", "validity", "url", "share", "licence")


@dataclass(frozen=True)
class Envelope:
    """One envelope, its shape checked; nothing of it is believed before its proof is."""

    number: int
    via: tuple[UUID, ...]
    record: Mapping[str, Any]
    content: Mapping[str, Any] | None
    proof: Mapping[str, Any]

    @cached_property
    def resource_id(self) -> UUID:
        """The id of the resource, the same on every node."""
        return UUID(self.record["id"])

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        return str(self.record["kind"])

    @cached_property
    def origin(self) -> UUID:
        """The node that owns the resource."""
        return UUID(self.record["origin"]["node"])

    @property
    def version(self) -> int:
        """What orders the states of one resource at its origin."""
        return int(self.record["origin"]["version"])

    @property
    def digest(self) -> str:
        """The digest of the version's origin fields; empty for what was withdrawn or purged."""
        return str(self.record["digest"])

    @property
    def title(self) -> str:
        """What a person may know it by."""
        title = (self.content or {}).get("title", "")
        return title[:200] if isinstance(title, str) else ""

    def statement(self) -> Statement:
        """Return what the origin has signed."""
        return statement_of(self.record)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is written."""
        return {
            "protocol": PROTOCOL, "number": self.number, "via": [str(node) for node in self.via],
            "record": self.record, "content": self.content, "proof": self.proof,
        }  # fmt: skip


def statement_of(record: Mapping[str, Any]) -> Statement:
    """Return the statement that the proof of a record is about: its digest covers every word of it."""
    origin = record["origin"]
    return Statement(
        node=UUID(origin["node"]),
        resource=UUID(record["id"]),
        version=origin["version"],
        digest=digest(record),
        kind=record["kind"],
        at=read_moment(origin["at"]),
    )


def record_of(facts: Mapping[str, Any], *, node: UUID, version: int, at: datetime) -> dict[str, Any]:
    """Return a record of this node: its facts in a state that began at an instant."""
    return {**facts, "origin": {"node": str(node), "version": version, "at": moment(at)}}


def categories_of(type_code: str, theme_code: str) -> list[str]:
    """Return the categories a record is granted and wanted by."""
    return [f"type:{type_code}", *([f"theme:{theme_code}"] if theme_code else [])]


def written_line(*, number: int, via: Iterable[str], record: bytes, proof: bytes, content: bytes) -> bytes:
    """Return an envelope as one line; record, proof and content are JSON already."""
    nodes = orjson.dumps(list(via))
    return b'{"protocol":"%b","number":%d,"via":%b,"record":%b,"content":%b,"proof":%b}' % (
        PROTOCOL.encode(), number, nodes, record, content or b"null", proof,
    )  # fmt: skip


def read_envelope(written: Any) -> Envelope:
    """Check the shape of an envelope; raise `EnvelopeMalformed`."""
    if not isinstance(written, dict) or set(written) != _MEMBERS:
        raise EnvelopeMalformed(fields={"envelope": "成员不全或有多余成员"})
    if written["protocol"] != PROTOCOL:
        raise EnvelopeMalformed(fields={"protocol": str(written["protocol"])[:20]})
    record, content = written["record"], written["content"]
    wrong = _wrong_record(record)
    if not _is_number(written["number"]):
        wrong.append("number")
    if not isinstance(written["proof"], dict):
        wrong.append("proof")
    if wrong:
        raise EnvelopeMalformed(fields=dict.fromkeys(wrong, "缺少，或类型不对"))
    if (record["kind"] == UPSERT) != isinstance(content, dict):
        raise EnvelopeMalformed(fields={"content": "新增或更新须有内容，撤回和清除不得有"})
    return Envelope(written["number"], _nodes(written["via"]), record, content, written["proof"])


def _wrong_record(record: Any) -> list[str]:
    if not isinstance(record, dict) or set(record) != _RECORD:
        return ["record"]
    wrong = [name for name in _TEXTS if not _is_text(record[name])]
    wrong += [name for name in ("owner", "publisher") if not _are_texts(record[name])]
    wrong += [name for name in ("categories", "purged") if not _is_list_of_texts(record[name])]
    if record["kind"] not in KINDS:
        wrong.append("kind")
    if not _is_uuid(record["id"]):
        wrong.append("id")
    if not _is_number(record["number"]):
        wrong.append("number")
    if record["published_at"] is not None and not _is_moment(record["published_at"]):
        wrong.append("published_at")
    if not isinstance(record["files"], list):
        wrong.append("files")
    return wrong if _is_origin(record["origin"]) else [*wrong, "origin"]


def _is_origin(origin: Any) -> bool:
    return (
        isinstance(origin, dict)
        and set(origin) == {"node", "version", "at"}
        and _is_uuid(origin["node"])
        and _is_number(origin["version"])
        and _is_moment(origin["at"])
    )


def _nodes(via: Any) -> tuple[UUID, ...]:
    if not isinstance(via, list) or len(via) > MOST_NODES or not all(map(_is_uuid, via)):
        raise EnvelopeMalformed(fields={"via": "经过的节点过多，或写法不对"})
    return tuple(UUID(node) for node in via)


def _is_text(value: Any) -> bool:
    return type(value) is str and len(value) <= 1000


def _are_texts(value: Any) -> bool:
    return isinstance(value, dict) and {"code", "name"} <= set(value) and all(map(_is_text, value.values()))


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST


def _is_uuid(value: Any) -> bool:
    try:
        return type(value) is str and str(UUID(value)) == value
    except ValueError:
        return False


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(read_moment(value))
    except ValueError:
        return False
