"""Durable, prioritised work: what consumers ask for and workers do, once per (queue, key).

Nobody claims a row: who drains a queue or a partition holds its lease (foundation/leases.py). A killed
worker therefore leaves every row where it was, and doing a row twice must give the same result.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from rongshu.foundation import clock
from rongshu.foundation.models import Work
from rongshu.foundation.prepared import Prepared

T = TypeVar("T")

RECALL, EDIT, LISTS, FULL_PUBLICATION = 0, 20, 50, 80

LONGEST_BACKOFF: Final = timedelta(minutes=10)
_AT_ONCE: Final = 500  # rows per statement


@dataclasses.dataclass(frozen=True)
class WorkRequest:
    """Something to be done. `partition`: what one lease covers, e.g. a site; lower priority first."""

    queue: str
    key: str
    partition: str = ""
    priority: int = LISTS
    payload: Mapping[str, Any] = dataclasses.field(default_factory=dict)


# A row asked for again always gets a greater generation, so a worker at it now does not delete the new ask.
_UPSERT: Final = """
    INSERT INTO rongshu_foundation_work ("queue", "key", "partition", "priority", "generation", "payload",
        "available_at", "attempts", "last_error", "created_at")
    VALUES %s
    ON CONFLICT ("queue", "key") DO UPDATE SET
        generation = CASE WHEN excluded.generation > rongshu_foundation_work.generation
            THEN excluded.generation ELSE rongshu_foundation_work.generation + 1 END,
        priority = CASE WHEN excluded.priority < rongshu_foundation_work.priority
            THEN excluded.priority ELSE rongshu_foundation_work.priority END,
        "partition" = excluded."partition", payload = excluded.payload, available_at = excluded.available_at
"""


def enqueue(requests: Iterable[WorkRequest], generation: int = 0) -> int:
    """Ask for work, in the caller's transaction if there is one; return how many rows were asked for.

    `generation` is the number of the newest event behind the requests. Of requests for the same key the
    most urgent priority and the newest payload stay.
    """
    asked = sorted(_merged(requests), key=lambda request: (request.queue, request.key))
    with transaction.atomic():
        for some in _chunks(asked):
            _upsert(some, generation)
    return len(asked)


def enqueue_in_steps(requests: Iterable[WorkRequest], generation: int = 0) -> int:
    """Ask for any number of rows, each step in its own short transaction: may be repeated after a crash."""
    return sum(enqueue(some, generation) for some in _chunks(requests))


def take(queue: str, partition: str, limit: int, max_priority: int | None = None) -> list[Work]:
    """Return the most urgent available rows of a partition; they stay in the table until `finish`."""
    now = clock.now()
    most = _LEAST_URGENT if max_priority is None else max_priority
    rows = _TAKE.rows(queue, partition, now, now + LONGEST_BACKOFF, most, limit)
    return [Work.from_db(connection.alias, _FIELDS, row) for row in rows]


_LEAST_URGENT: Final = 32767  # as a small integer can be
_FIELDS: Final = [field.attname for field in Work._meta.concrete_fields]
_TAKE: Final = Prepared(
    lambda queue, partition, now, far, most, limit: (
        Work.objects.filter(_is_available(now, far), queue=queue, partition=partition, priority__lte=most)
        .order_by("priority", "id")
        .values_list(*_FIELDS)[:limit]
    )
)


def next_partition(queue: str, held: Collection[str] = ()) -> str | None:
    """Return the partition with the most urgent available row, leaving out those in `held`."""
    found = most_urgent(queue, held)
    return found[1] if found else None


def most_urgent(queue: str, held: Collection[str] = ()) -> tuple[int, str] | None:
    """Return the priority and the partition of the most urgent available row, but those in `held`."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_OF_EACH_PARTITION, [queue, queue, queue, *_moments()])
        first = [row for row in cursor.fetchall() if row[1] is not None and row[0] not in held]
    name, priority, _ = min(first, key=lambda row: (row[1], row[2]), default=(None, 0, 0))
    return None if name is None else (priority, name)


# A loose index scan: two index look-ups per partition, however many rows a full publication has queued.
_FIRST_OF_EACH_PARTITION: Final = """
    WITH RECURSIVE parts(name) AS (
        SELECT MIN("partition") FROM rongshu_foundation_work WHERE queue = %s
        UNION ALL
        SELECT (SELECT MIN(w."partition") FROM rongshu_foundation_work w
                WHERE w.queue = %s AND w."partition" > parts.name) FROM parts WHERE parts.name IS NOT NULL
    )
    SELECT parts.name, first.priority, first.id FROM parts JOIN rongshu_foundation_work first ON first.id = (
        SELECT w.id FROM rongshu_foundation_work w WHERE w.queue = %s AND w."partition" = parts.name
        AND (w.attempts = 0 OR w.available_at <= %s OR w.available_at > %s)
        ORDER BY w.priority, w.id LIMIT 1)
    WHERE parts.name IS NOT NULL
"""


def finish(works: Sequence[Work]) -> int:
    """Delete the rows that are done; one asked for again meanwhile stays. Return how many went."""
    # In the order of the keys, as `enqueue` writes them: two writers never wait for each other in a ring.
    done = sorted(works, key=lambda work: (work.queue, work.key))
    gone = 0
    for some in _chunks(done):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_FINISH, [(work.pk, work.generation) for work in some])
            gone += cursor.rowcount
    return gone


_FINISH: Final = "DELETE FROM rongshu_foundation_work WHERE id = %s AND generation = %s"


def fail(work: Work, error: BaseException | str) -> None:
    """Keep a row that could not be done, visible with its error, and try it again later and later."""
    attempts = work.attempts + 1
    seconds = min(2.0**attempts, LONGEST_BACKOFF.total_seconds())
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    Work.objects.filter(pk=work.pk, generation=work.generation).update(
        attempts=attempts,
        available_at=clock.now() + timedelta(seconds=seconds),
        last_error=text[:2000],
    )


def pending(queue: str) -> dict[int, int]:
    """Return how many rows wait in a queue, by priority, failed ones included."""
    rows = Work.objects.filter(queue=queue).values_list("priority").annotate(count=Count("pk"))
    return dict(rows.order_by("priority"))


def queues() -> list[str]:
    """Return the names of the queues in which something waits."""
    return list(Work.objects.order_by("queue").values_list("queue", flat=True).distinct())


def failing(queue: str | None = None) -> QuerySet[Work]:
    """Return the rows that failed at least once, the most often failed first."""
    rows = Work.objects.filter(attempts__gt=0)
    return (rows.filter(queue=queue) if queue else rows).order_by("-attempts", "id")


def available_count() -> int:
    """Return how many rows could be taken now, over all queues."""
    return Work.objects.filter(_is_available(now := clock.now(), now + LONGEST_BACKOFF)).count()


def is_available() -> bool:
    """Whether any row could be taken now, in any queue."""
    return Work.objects.filter(_is_available(now := clock.now(), now + LONGEST_BACKOFF)).exists()


def _is_available(now: datetime, far: datetime) -> Q:
    # A row further away than the longest back-off means that the clock was set back: don't wait for it.
    return Q(attempts=0) | Q(available_at__lte=now) | Q(available_at__gt=far)


def _moments() -> list[Any]:
    now = clock.now()
    return [_adapted(now), _adapted(now + LONGEST_BACKOFF)]


def _adapted(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _merged(requests: Iterable[WorkRequest]) -> Iterable[WorkRequest]:
    merged: dict[tuple[str, str], WorkRequest] = {}
    for request in requests:
        place = (request.queue, request.key)
        earlier = merged.get(place)
        if earlier is not None and earlier.priority < request.priority:
            request = dataclasses.replace(request, priority=earlier.priority)  # noqa: PLW2901
        merged[place] = request
    return merged.values()


def _upsert(requests: Sequence[WorkRequest], generation: int) -> None:
    now = _adapted(clock.now())
    payload_field = Work._meta.get_field("payload")
    parameters: list[Any] = []
    for request in requests:
        payload = payload_field.get_db_prep_save(dict(request.payload), connection)
        parameters += [request.queue, request.key, request.partition, request.priority, generation]
        parameters += [payload, now, 0, "", now]
    one = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT.replace("VALUES %s", "VALUES " + ", ".join([one] * len(requests))), parameters)


def _chunks(items: Iterable[T], size: int = _AT_ONCE) -> Iterator[list[T]]:
    chunk: list[T] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
