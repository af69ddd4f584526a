"""The worker: duties that run again and again, in a few lanes, in one process or drained to the end."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

import structlog
from django.db import close_old_connections, connection

from rongshu.foundation import clock, consumers, work
from rongshu.foundation.holders import is_dead, this_process
from rongshu.foundation.models import DueItem, Event, Lease

log = structlog.get_logger("rongshu.worker")

LIGHT: Final = "light"
_BEAT_PREFIX: Final = "worker/"
_BEAT_EVERY: Final = 10.0
# Where one lane gets something done again and again, the others look for work so many times as often as when
# nothing happens, and no more: on a node that takes in a library, looking would take longer than the work.
_WOKEN: Final = 5
_LEAST_PAUSE: Final = 0.1
_ALIVE_FOR: Final = timedelta(seconds=60)
_FORGOTTEN: Final = timedelta(hours=1)
_LONGEST_BACKOFF: Final = 60.0
_DRAIN_PATIENCE: Final = 60.0
_AHEAD_AT_MOST: Final = 20  # rounds; where others go on changing things, pages are made all the same


@dataclasses.dataclass(frozen=True)
class Duty:
    """Something to run every so many seconds; `run_once` returns whether it got anything done.

    Duties of one lane take turns in one thread. Sequencing, consumers, the clock and sealing share the lane
    "light": what may take longer than a second registers a lane of its own. What others build on
    (numbers of events, requests, sizes of pictures) `goes_first`: a drain lets it finish before the others
    begin, so that a list is not made anew for each portion of what changed.
    """

    name: str
    run_once: Callable[[], bool]
    every: float
    lane: str = LIGHT
    goes_first: bool = False


_duties: dict[str, Duty] = {}


def register_duty(
    name: str, run_once: Callable[[], bool], every: float, lane: str = LIGHT, *, goes_first: bool = False
) -> None:
    """Make a duty known; called once per name from an AppConfig.ready, lower apps first."""
    if name in _duties:
        raise ValueError(f"duty {name!r} is registered twice")
    _duties[name] = Duty(name, run_once, every, lane, goes_first)


def unregister_duty(name: str) -> None:
    """Forget a duty."""
    _duties.pop(name, None)


def duties() -> list[Duty]:
    """Return every duty in the order of registration."""
    return list(_duties.values())


def run_worker(stop: threading.Event) -> None:
    """Run every duty until `stop` is set; each lane in its own thread. A failed duty is tried again."""
    wake = _Wake(stop)
    lanes: dict[str, list[Duty]] = {}
    for duty in duties():
        lanes.setdefault(duty.lane, []).append(duty)
    threads = [
        threading.Thread(target=_run_lane, args=(lane, its, wake), name=f"lane-{lane}")
        for lane, its in lanes.items()
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    wake.everyone()
    for thread in threads:
        thread.join()


@dataclasses.dataclass(frozen=True)
class Drained:
    """What a drain left: rows that failed and wait for another try, rows nobody took, errors of duties."""

    failed: int
    left: int
    errors: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether everything that was asked for is done."""
        return not (self.failed or self.left or self.errors)


def drain(progress: Callable[[int], None] | None = None) -> Drained:
    """Run all duties in this thread until nothing is left to do, also when another worker does a part.

    `progress` is told how many rows of work are available after each round. What fails is left for later.
    """
    patience = time.monotonic() + _DRAIN_PATIENCE
    told_at, last_left = 0.0, -1
    while True:
        moved, errors = _round()
        if time.monotonic() - told_at >= 1 or not moved:  # counting a million rows takes a while
            left, told_at = work.available_count(), time.monotonic()
            if progress is not None:
                progress(left)
            if left != last_left:
                last_left, patience = left, time.monotonic() + _DRAIN_PATIENCE
        if moved:
            patience = time.monotonic() + _DRAIN_PATIENCE
            continue
        is_over = not _someone_is_behind() and (not last_left or not _others_alive())
        if is_over or errors or time.monotonic() > patience:
            return Drained(work.failing().count(), last_left, errors)
        time.sleep(0.1)


def _round() -> tuple[bool, tuple[str, ...]]:
    first = [duty for duty in duties() if duty.goes_first]
    for _ in range(_AHEAD_AT_MOST):
        moved, errors = _run(first)
        if errors or not moved:
            break
    moved_on, more_errors = _run([duty for duty in duties() if not duty.goes_first])
    return moved or moved_on, errors + more_errors


def _run(some: Iterable[Duty]) -> tuple[bool, tuple[str, ...]]:
    moved, errors = False, []
    for duty in some:
        try:
            moved = duty.run_once() or moved
        except Exception as error:
            log.exception("duty-failed", duty=duty.name)
            errors.append(f"{duty.name}: {type(error).__name__}: {error}")
    return moved, tuple(errors)


def _someone_is_behind() -> bool:
    return Event.objects.filter(number__isnull=True).exists() or any(consumers.lags().values())


def _others_alive() -> bool:
    mine = this_process()
    return any(not row.holder.startswith(mine) for row in _living(Lease.objects.exclude(holder="")))


def living_workers() -> list[Lease]:
    """Return the heartbeat of each lane of each worker that is alive."""
    return _living(Lease.objects.filter(name__startswith=_BEAT_PREFIX))


def _living(rows: Iterable[Lease]) -> list[Lease]:
    now = clock.now()
    return [row for row in rows if row.expires_at > now and not is_dead(row.holder.split(" ")[0])]


class _Wake:
    """Wakes idle lanes when another one got something done, or when the worker is to stop."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop, self._condition, self._count = stop, threading.Condition(), 0

    def everyone(self) -> None:
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def seen(self) -> int:
        with self._condition:
            return self._count

    def wait(self, seen: int, seconds: float) -> bool:
        """Sleep until woken or the time is over; return whether it was woken."""
        with self._condition:
            return self._condition.wait_for(lambda: self._count != seen or self.stop.is_set(), seconds)


class _Turn:
    """When one duty of a lane runs next."""

    def __init__(self, duty: Duty) -> None:
        self.duty, self.next_at, self.failures, self._ended_at = duty, 0.0, 0, 0.0

    def run(self) -> bool:
        try:
            moved = self.duty.run_once()
        except Exception:
            self.failures += 1
            pause = min(2.0**self.failures, _LONGEST_BACKOFF)
            log.exception("duty-failed", duty=self.duty.name, again_in=pause)
            self.next_at = time.monotonic() + pause
            return False
        self.failures, self._ended_at = 0, time.monotonic()
        self.next_at = self._ended_at + (0 if moved else self.duty.every)
        return moved

    def hurry(self) -> None:
        """Come sooner, for another lane got something done; what is seldom done or failed does not."""
        if not self.failures and self.duty.every < _BEAT_EVERY:
            pause = max(self.duty.every / _WOKEN, _LEAST_PAUSE)
            self.next_at = min(self.next_at, self._ended_at + pause)


def _run_lane(lane: str, its: list[Duty], wake: _Wake) -> None:
    turns, next_beat = [_Turn(duty) for duty in its], 0.0
    try:
        while not wake.stop.is_set():
            close_old_connections()
            seen = wake.seen()
            if time.monotonic() >= next_beat:
                _beat(lane)
                next_beat = time.monotonic() + _BEAT_EVERY
            results = [turn.run() for turn in turns if _is_its_turn(turn, wake)]
            if any(results):
                wake.everyone()
                for turn in turns:
                    turn.hurry()
                continue
            _rest(turns, next_beat, wake, seen)
    except BaseException:
        log.exception("lane-failed", lane=lane)
        wake.stop.set()  # the process ends, and its supervisor starts it anew
        raise
    finally:
        _end_beat(lane)
        connection.close()


def _is_its_turn(turn: _Turn, wake: _Wake) -> bool:
    return not wake.stop.is_set() and time.monotonic() >= turn.next_at


def _rest(turns: list[_Turn], next_beat: float, wake: _Wake, seen: int) -> None:
    if not wake.wait(seen, _seconds_until(turns, next_beat)):
        return
    for turn in turns:
        turn.hurry()
    # They can't be hurried further: whoever wakes them again meanwhile need not.
    wake.stop.wait(_seconds_until(turns, next_beat))


def _seconds_until(turns: list[_Turn], next_beat: float) -> float:
    return max(0.0, min(next_beat, *(turn.next_at for turn in turns)) - time.monotonic())


def _beat(lane: str) -> None:
    now, name = clock.now(), _beat_name(lane)
    alive = {"holder": this_process(), "expires_at": now + _ALIVE_FOR}
    try:
        if not Lease.objects.filter(name=name).update(**alive):
            Lease.objects.create(name=name, **alive)
            long_dead = Lease.objects.filter(name__startswith=_BEAT_PREFIX, expires_at__lt=now - _FORGOTTEN)
            long_dead.delete()
    except Exception:
        log.exception("heartbeat-failed", lane=lane)


def _end_beat(lane: str) -> None:
    try:
        Lease.objects.filter(name=_beat_name(lane)).delete()
    except Exception:
        log.exception("heartbeat-failed", lane=lane)


def _beat_name(lane: str) -> str:
    return f"{_BEAT_PREFIX}{this_process()}/{lane}"[:100]


def waits() -> bool:
    """Whether anything at all is waiting: events to number or follow, work to do, items due."""
    is_due = DueItem.objects.filter(handled_at__isnull=True, due_at__lte=clock.now()).exists()
    return is_due or _someone_is_behind() or work.is_available()
