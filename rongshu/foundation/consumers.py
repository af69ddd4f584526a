"""Followers of the event stream: each turns events into durable work and remembers how far it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction

from rongshu.foundation.models import ConsumerCursor, Event, EventStream
from rongshu.foundation.stream import stream
from rongshu.foundation.work import WorkRequest, enqueue, enqueue_in_steps

# A plan larger than this is written in steps before the cursor moves: SQLite's write lock stays short.
_LARGE_PLAN = 1000


@dataclasses.dataclass(frozen=True)
class Consumer:
    """Who follows which kinds of event.

    `plan` turns events, oldest first, into work requests; it reads the database as it is now and writes
    nothing. `rebuild` asks for everything, when there is no cursor or the epoch has changed.
    """

    name: str
    kinds: frozenset[str]
    plan: Callable[[Sequence[Event]], Iterable[WorkRequest]]
    rebuild: Callable[[], Iterable[WorkRequest]]


_consumers: dict[str, Consumer] = {}


def register(consumer: Consumer) -> None:
    """Make a consumer known; called once per name from an AppConfig.ready."""
    known = _consumers.setdefault(consumer.name, consumer)
    if known != consumer:
        raise ValueError(f"consumer {consumer.name!r} is registered twice")


def unregister(name: str) -> None:
    """Forget a consumer (its cursor stays)."""
    _consumers.pop(name, None)


def registered() -> list[Consumer]:
    """Return every consumer, in the order of registration (lower apps first)."""
    return list(_consumers.values())


def advance(name: str, limit: int = 1000) -> int:
    """Let one consumer follow up to `limit` numbers; return how far it moved (at least 1 after a rebuild).

    Planning happens outside the transaction. Work and cursor are written together, so nothing is lost and a
    plan made twice only asks twice. When another process has moved the cursor meanwhile, nothing is written.
    """
    return _advance(_consumers[name], stream(), ConsumerCursor.objects.filter(consumer=name).first(), limit)


def _advance(consumer: Consumer, now: EventStream, cursor: ConsumerCursor | None, limit: int) -> int:
    if cursor is None or cursor.epoch != now.epoch:
        return _rebuild(consumer, now)
    last = min(cursor.number + limit, now.last_number)
    if last <= cursor.number:
        return 0
    events = Event.objects.filter(number__gt=cursor.number, number__lte=last, kind__in=consumer.kinds)
    requests = list(consumer.plan(found)) if (found := list(events.order_by("number"))) else []
    return last - cursor.number if _move(cursor, last, requests) else 0


def advance_all(limit: int = 1000) -> int:
    """Let every consumer follow once; return how far they moved in all."""
    now, cursors = stream(), {cursor.consumer: cursor for cursor in ConsumerCursor.objects.all()}
    return sum(_advance(consumer, now, cursors.get(consumer.name), limit) for consumer in registered())


def lags() -> dict[str, int]:
    """Return by consumer how many numbered events it still has to follow; -1 means a rebuild is due."""
    return _lags(stream())


def have_followed(number: int) -> bool:
    """Whether every consumer has followed the events up to this number."""
    now = stream()
    return all(0 <= lag <= max(now.last_number - number, 0) for lag in _lags(now).values())


def _lags(now: EventStream) -> dict[str, int]:
    cursors = {cursor.consumer: cursor for cursor in ConsumerCursor.objects.all()}
    return {consumer.name: _lag(cursors.get(consumer.name), now) for consumer in registered()}


def _lag(cursor: ConsumerCursor | None, now: EventStream) -> int:
    if cursor is None or cursor.epoch != now.epoch:
        return -1
    return now.last_number - cursor.number


def _move(cursor: ConsumerCursor, last: int, requests: list[WorkRequest]) -> bool:
    if len(requests) > _LARGE_PLAN:
        enqueue_in_steps(requests, generation=last)
        requests = []
    with transaction.atomic():
        rows = ConsumerCursor.objects.select_for_update()
        row = rows.filter(consumer=cursor.consumer, epoch=cursor.epoch, number=cursor.number).first()
        if row is None:
            return False
        if requests:
            enqueue(requests, generation=last)
        row.number = last
        row.save(update_fields=["number", "updated_at"])
    return True


def _rebuild(consumer: Consumer, at: EventStream) -> int:
    # The number is read before the rebuild reads anything: what happens meanwhile is followed afterwards.
    asked = enqueue_in_steps(consumer.rebuild(), generation=at.last_number)
    ConsumerCursor.objects.update_or_create(
        consumer=consumer.name, defaults={"epoch": at.epoch, "number": at.last_number}
    )
    return max(asked, 1)
