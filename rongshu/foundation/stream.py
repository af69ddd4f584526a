"""The single row of the event stream: its epoch, its last number and its tick."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from rongshu.foundation import clock
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.models import EventStream


def stream() -> EventStream:
    """Return the stream as it is now, making its row the first time."""
    return EventStream.objects.get_or_create(pk=1)[0]


def lock_stream() -> EventStream:
    """Return the stream locked until the end of the transaction: who holds it numbers alone."""
    stream()
    return EventStream.objects.select_for_update().get(pk=1)


def current_tick() -> datetime:
    """Return the moment up to which clock-driven changes are carried out; rendering takes it for "now"."""
    return stream().tick


def begin_epoch(reason: str) -> EventStream:
    """Begin a new epoch, e.g. after a restore: every follower reconciles instead of reading on."""
    with transaction.atomic():
        row = lock_stream()
        row.epoch, row.epoch_began_at, row.epoch_reason = new_id(), clock.now(), reason
        row.save(update_fields=["epoch", "epoch_began_at", "epoch_reason"])
    return row
