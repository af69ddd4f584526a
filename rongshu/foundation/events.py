"""How an action announces what it changed, and how an app says it wants to know.

An event class is a frozen dataclass of ids; its name says what happened (`ResourceWithdrawn`) and
is its stable kind. `announce` writes the row in the caller's transaction: no commit, no event.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, ClassVar, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from rongshu.foundation.bulk_rows import insert_values
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.models import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Base of all events. `subject` names the field that identifies what the event is about."""

    subject: ClassVar[str] = ""

    @classmethod
    def kind(cls) -> str:
        """Return the stable name under which this event is stored."""
        return cls.__name__


def announce(event: DomainEvent, *, actor_id: UUID | None = None) -> None:
    """Write one event into the outbox, in the transaction of the change it tells of."""
    announce_many([event], actor_id=actor_id)


def announce_many(events: Iterable[DomainEvent], *, actor_id: UUID | None = None) -> None:
    """Write several events at once, in the order given."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is announced inside the transaction of its change")
    insert_values(Event, _COLUMNS, [_row(event, actor_id) for event in events])


# Every deed writes some: objects of the model would take as long as the rest of it.
_COLUMNS: Final = ("id", "number", "kind", "subject_id", "payload", "actor_id", "occurred_at")


def _row(event: DomainEvent, actor_id: UUID | None) -> tuple[Any, ...]:
    # Not dataclasses.asdict: its deep copies take half the time of a bulk announcement.
    payload = {field.name: _plain(getattr(event, field.name)) for field in dataclasses.fields(event)}
    subject = payload.get(event.subject)
    subject_id = UUID(subject) if isinstance(subject, str) else None
    return new_id(), None, event.kind(), subject_id, payload, actor_id, timezone.now()


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value
