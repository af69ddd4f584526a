"""What the clock is to do: deeds due at a moment, carried out in order, moving the stream's tick."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from rongshu.foundation import clock
from rongshu.foundation.audit import acting_via
from rongshu.foundation.bulk_rows import upsert_rows
from rongshu.foundation.models import DueItem, EventStream
from rongshu.foundation.stream import lock_stream, stream

log = structlog.get_logger("rongshu.due")

Deed = Callable[[UUID, datetime], None]
_deeds: dict[str, Deed] = {}

_LONGEST_BACKOFF: Final = 600.0
# In this process only: a failing deed is tried again later and later, and at once after a restart.
_retries: dict[UUID, tuple[int, float]] = {}


def register_deed(kind: str, deed: Deed) -> None:
    """Say what is done when an item of this kind falls due; `deed(subject_id, due_at)` runs in a transaction.

    The deed looks at the present state first: its item may be late, and may come again after a restore.
    """
    if _deeds.setdefault(kind, deed) is not deed:
        raise ValueError(f"deed {kind!r} is registered twice")


def schedule(kind: str, subject_id: UUID, at: datetime) -> None:
    """Have the clock do `kind` on a subject at a moment, in the caller's transaction; the past is due now."""
    item = DueItem(kind=kind, subject_id=subject_id, due_at=at)
    upsert_rows([item], key=("kind", "subject_id", "due_at"), changed=("handled_at",))


def cancel(kind: str, subject_id: UUID) -> None:
    """Forget what the clock was still to do of this kind on a subject."""
    DueItem.objects.filter(kind=kind, subject_id=subject_id, handled_at__isnull=True).delete()


def carry_out_due(now: datetime | None = None) -> int:
    """Do everything due up to `now`, oldest first, each item in its own transaction; return how many.

    The tick never moves back: a clock set back is logged, and what is due by the tick is done.
    An item whose deed fails stays, is logged and tried again; it does not hold up the others.
    """
    given, tick = now or clock.now(), stream().tick
    if given < tick - timedelta(seconds=2):
        log.warning("clock-set-back", now=given.isoformat(), tick=tick.isoformat(), advice="请校准服务器时钟")
    moment, done = max(given, tick), 0
    for item_id, kind in _waiting(moment):
        done += _carry_out(item_id, kind)
    if (moment - tick).total_seconds() >= 1 or done:
        _move_tick(moment)
    return done


def overdue(now: datetime | None = None) -> int:
    """Return how many items are a minute late or more: their deed fails, or nobody carries them out."""
    moment = (now or clock.now()) - timedelta(minutes=1)
    return DueItem.objects.filter(handled_at__isnull=True, due_at__lte=moment).count()


def _waiting(moment: datetime) -> Iterator[tuple[UUID, str]]:
    """Yield the items due by `moment` in order, some at a time: a deed may make others due."""
    seen: set[UUID] = set()
    while True:
        rows = DueItem.objects.filter(handled_at__isnull=True, due_at__lte=moment).exclude(pk__in=seen)
        some = list(rows.order_by("due_at", "pk").values_list("pk", "kind")[:200])
        if not some:
            return
        yield from ((pk, kind) for pk, kind in some if _may_try(pk))
        seen.update(pk for pk, _ in some if pk in _retries)


def _carry_out(item_id: UUID, kind: str) -> int:
    deed = _deeds.get(kind)
    if deed is None:
        _put_off(item_id, kind, "no deed is registered")
        return 0
    try:
        with acting_via("clock"), transaction.atomic():
            return _carry_out_locked(item_id, deed)
    except Exception as error:  # noqa: BLE001 - one failing deed must not stop the clock for all others
        _put_off(item_id, kind, f"{type(error).__name__}: {error}")
        return 0


def _carry_out_locked(item_id: UUID, deed: Deed) -> int:
    rows = DueItem.objects.select_for_update(skip_locked=True, no_key=True)
    item = rows.filter(pk=item_id, handled_at__isnull=True).first()
    if item is None:
        return 0
    deed(item.subject_id, item.due_at)
    # A deed that plans its subject anew may have cancelled this very item.
    DueItem.objects.filter(pk=item_id).update(handled_at=clock.now())
    _retries.pop(item_id, None)
    EventStream.objects.filter(pk=1, tick__lt=item.due_at).update(tick=item.due_at)
    return 1


def _move_tick(moment: datetime) -> None:
    with transaction.atomic():
        row = lock_stream()
        if row.tick < moment:
            row.tick = moment
            row.save(update_fields=["tick"])


def _may_try(item_id: UUID) -> bool:
    return item_id not in _retries or time.monotonic() >= _retries[item_id][1]


def _put_off(item_id: UUID, kind: str, error: str) -> None:
    attempts = _retries.get(item_id, (0, 0.0))[0] + 1
    _retries[item_id] = (attempts, time.monotonic() + min(2.0**attempts, _LONGEST_BACKOFF))
    log.error("due-deed-failed", item=str(item_id), kind=kind, attempts=attempts, error=error)
