"""Processes of the storm test: producers of events, and followers that are killed at any moment.

python -m rongshu.project.tests.storm produce COUNT | follow | drain
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402

from rongshu.foundation import consumers, worker  # noqa: E402
from rongshu.foundation.audit import Clock, record  # noqa: E402
from rongshu.foundation.events import DomainEvent, announce  # noqa: E402
from rongshu.foundation.identifiers import new_id  # noqa: E402
from rongshu.foundation.leases import LeaseHeld, LeaseLost, hold  # noqa: E402
from rongshu.foundation.models import Event, EventStream  # noqa: E402
from rongshu.foundation.work import WorkRequest, finish, next_partition, take  # noqa: E402

SWEPT = Path(settings.DATA_FOLDER) / "swept"


@dataclass(frozen=True, kw_only=True)
class LeafFell(DomainEvent):
    leaf_id: UUID
    subject = "leaf_id"


def plan(events: Sequence[Event]) -> Iterator[WorkRequest]:
    for event in events:
        yield WorkRequest(
            "sweeping", str(event.subject_id), str(random.randrange(3)), payload={"number": event.number}
        )


def everything() -> Iterator[WorkRequest]:
    for subject in Event.objects.filter(kind="LeafFell").values_list("subject_id", flat=True):
        yield WorkRequest("sweeping", str(subject), "0")


def sweep() -> bool:
    partition = next_partition("sweeping")
    if partition is None:
        return False
    try:
        with hold(f"sweeping/{partition}", "sweeper", seconds=30) as lease:
            rows = take("sweeping", partition, 5)
            for row in rows:
                (SWEPT / row.key).touch()
                time.sleep(random.random() / 500)
            lease.check()
            finish(rows)
    except (LeaseHeld, LeaseLost):
        return False
    return True


def produce(count: int) -> None:
    for _ in range(count):
        with transaction.atomic():
            leaf = new_id()
            announce(LeafFell(leaf_id=leaf))
            record(Clock(), "leaf.fell", EventStream(pk=1), leaf=leaf)
            if random.random() < 0.1:
                transaction.set_rollback(True)
                continue
        with (Path(settings.DATA_FOLDER) / "fallen").open("a") as fallen:
            fallen.write(f"{leaf}\n")


def main() -> None:
    SWEPT.mkdir(exist_ok=True)
    consumers.register(consumers.Consumer("sweeper", frozenset({"LeafFell"}), plan, everything))
    worker.register_duty("sweep", sweep, every=0.1)
    if sys.argv[1] == "produce":
        produce(int(sys.argv[2]))
    elif sys.argv[1] == "drain":
        print(worker.drain())  # noqa: T201
    else:
        while True:
            worker.drain()


if __name__ == "__main__":
    main()
