"""Leaving a trace: every action records who did what to which object, from where, and why."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from rongshu.foundation.bulk_rows import insert_row
from rongshu.foundation.canonical_json import JSONValue, digest
from rongshu.foundation.models import AuditRecord


class Actor(Protocol):
    """Whoever acts: a person, or the clock (whose id is None)."""

    @property
    def id(self) -> UUID | None: ...

    @property
    def name(self) -> str: ...


@dataclasses.dataclass(frozen=True)
class Clock:
    """The actor of changes that time itself makes."""

    id: UUID | None = None
    name: str = "系统时钟"


@dataclasses.dataclass(frozen=True)
class Circumstances:
    """Through which door and from which address an action came."""

    via: str = "command"
    address: str = ""


_circumstances: ContextVar[Circumstances] = ContextVar("circumstances", default=Circumstances())  # noqa: B039 - frozen


@contextmanager
def acting_via(via: str, address: str = "") -> Iterator[None]:
    """Make every record inside the block name this door ("command", "web", "api", "clock")."""
    token = _circumstances.set(Circumstances(via, address))
    try:
        yield
    finally:
        _circumstances.reset(token)


def circumstances() -> Circumstances:
    """Return through which door and from which address is being acted."""
    return _circumstances.get()


def record(
    actor: Actor,
    action: str,
    target: models.Model,
    *,
    before: str = "",
    after: str = "",
    reason: str = "",
    **details: Any,
) -> AuditRecord:
    """Write an audit record in the action's own transaction; `before` and `after` are digests."""
    if not connection.in_atomic_block:
        raise RuntimeError("an audit record is written inside the transaction of its deed")
    where = circumstances()
    row = AuditRecord(
        at=timezone.now(),
        actor_id=actor.id,
        actor_name=actor.name,
        via=where.via,
        address=where.address,
        action=action,
        object_kind=target._meta.model_name or "",
        object_id=str(target.pk),
        before_digest=before,
        after_digest=after,
        reason=reason,
        details={name: _plain(value) for name, value in details.items()},
    )
    row.digest = digest_of_record(row)
    return insert_row(row)


def digest_of_record(row: AuditRecord) -> str:
    """Return the digest over every column of the record but the digest itself."""
    return digest(
        {
            "id": str(row.id),
            "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor_id": str(row.actor_id or ""),
            "actor_name": row.actor_name,
            "via": row.via,
            "address": row.address,
            "action": row.action,
            "object_kind": row.object_kind,
            "object_id": row.object_id,
            "before": row.before_digest,
            "after": row.after_digest,
            "reason": row.reason,
            "details": row.details,
        }
    )


def _plain(value: Any) -> JSONValue:
    """Turn ids and dates into text, so that what is digested is what the database gives back."""
    if isinstance(value, (UUID, date)):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(item) for item in value), key=str)
    return value  # type: ignore[no-any-return]
