"""How far stream, followers, work and clock are: one answer for command, health and console."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from rongshu.foundation import consumers, work
from rongshu.foundation.due import overdue
from rongshu.foundation.models import Event
from rongshu.foundation.stream import stream
from rongshu.foundation.worker import living_workers


@dataclasses.dataclass(frozen=True)
class Progress:
    """A snapshot. `lags`: events per consumer (-1: rebuild due); `pending`: rows by queue and priority."""

    epoch: UUID
    epoch_reason: str
    last_number: int
    unnumbered: int
    tick: datetime
    overdue: int
    lags: dict[str, int]
    pending: dict[str, dict[int, int]]
    failing: dict[str, int]
    workers: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return plain values."""
        plain = dataclasses.asdict(self)
        return plain | {"epoch": str(self.epoch), "tick": self.tick.isoformat()}


def progress() -> Progress:
    """Return the state of things now."""
    now, queues = stream(), work.queues()
    return Progress(
        epoch=now.epoch,
        epoch_reason=now.epoch_reason,
        last_number=now.last_number,
        unnumbered=Event.objects.filter(number__isnull=True).count(),
        tick=timezone.localtime(now.tick),
        overdue=overdue(),
        lags=consumers.lags(),
        pending={queue: work.pending(queue) for queue in queues},
        failing={queue: work.failing(queue).count() for queue in queues},
        workers=tuple(sorted(row.name.rpartition("/")[2] for row in living_workers())),
    )
