"""Is this installation well? One answer for `/-/health`, the console and `rongshu doctor`."""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min

from rongshu.foundation import clock
from rongshu.foundation.installation import is_set_up
from rongshu.foundation.models import Event
from rongshu.foundation.progress import Progress, progress

LEAST_FREE_BYTES: Final = 512 * 1024 * 1024
LARGEST_LAG: Final = 10_000
LONGEST_WAIT: Final = 300
"""Seconds an event may wait for its number or for one of its followers."""


@dataclasses.dataclass(frozen=True)
class Disk:
    """The file system that holds the data folder, in bytes."""

    total: int
    free: int
    is_writable: bool

    @property
    def is_well(self) -> bool:
        """Whether there is room to write."""
        return self.is_writable and self.free >= LEAST_FREE_BYTES


@dataclasses.dataclass(frozen=True)
class Health:
    """What was found. `progress` is None when the database does not answer."""

    database: bool
    is_set_up: bool
    disk: Disk
    progress: Progress | None
    waiting_seconds: int = 0

    @property
    def problems(self) -> list[str]:
        """The codes of what is not well, worst first."""
        found = self.progress
        checks = {
            "database": self.database,
            "not-set-up": self.is_set_up,
            "disk": self.disk.is_well,
            "worker": found is None or bool(found.workers),
            "lag": found is None or (_lag(found) <= LARGEST_LAG and self.waiting_seconds <= LONGEST_WAIT),
            "failing": found is None or not sum(found.failing.values()),
            "clock": found is None or not found.overdue,
        }
        return [code for code, is_well in checks.items() if not is_well]

    def as_json(self) -> dict[str, Any]:
        """Return what `/-/health` prints: counts and states, no names of anything."""
        found = self.progress
        return {
            "status": "ok" if not self.problems else "degraded" if self.database else "down",
            "problems": self.problems,
            "database": self.database,
            "worker": bool(found and found.workers),
            "stream": found
            and {
                "last_number": found.last_number,
                "unnumbered": found.unnumbered,
                "lag": _lag(found),
                "waiting_seconds": self.waiting_seconds,
            },
            "work": found and sum(sum(counts.values()) for counts in found.pending.values()),
            "failing": found and sum(found.failing.values()),
            "disk": {
                "free_bytes": self.disk.free,
                "total_bytes": self.disk.total,
                "writable": self.disk.is_writable,
            },
        }


def health() -> Health:
    """Look at database, worker, stream and disk; a broken database is an answer, not an error."""
    disk = _disk(Path(settings.DATA_FOLDER))
    try:
        connection.ensure_connection()
        found = progress()
        return Health(True, is_set_up(), disk, found, _waiting_seconds(found))
    except (DatabaseError, OSError):
        return Health(False, False, disk, None)


def unapplied_migrations() -> list[str]:
    """Return the names of migrations this program has and the database has not."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _disk(folder: Path) -> Disk:
    usage = shutil.disk_usage(folder)
    return Disk(usage.total, usage.free, os.access(folder, os.W_OK))


def _waiting_seconds(found: Progress) -> int:
    """How long the oldest event has waited that has no number yet or that a follower has not seen."""
    behind = max([0, *found.lags.values()])
    waiting = [Event.objects.filter(number__isnull=True).aggregate(oldest=Min("occurred_at"))["oldest"]]
    if behind:
        first = Event.objects.filter(number__gt=found.last_number - behind).order_by("number")
        waiting.append(first.values_list("occurred_at", flat=True).first())
    now = clock.now()
    return max([0, *(int((now - since).total_seconds()) for since in waiting if since)])


def _lag(found: Progress) -> int:
    return max([found.unnumbered, *(max(lag, 0) for lag in found.lags.values())])
