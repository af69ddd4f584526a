"""The worker drains what was asked for, waits for others, and survives the failures of its duties."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import transaction

from rongshu.foundation import worker
from rongshu.foundation.models import Event, Lease
from rongshu.foundation.progress import progress
from rongshu.foundation.work import WorkRequest, enqueue, fail, finish, take
from rongshu.foundation.worker import drain, living_workers, register_duty, run_worker, unregister_duty


@pytest.fixture
def duties() -> Iterator[list[str]]:
    names: list[str] = []
    yield names
    for name in names:
        unregister_duty(name)


@pytest.mark.django_db
def test_draining_numbers_follows_works_and_ends(duties: list[str]) -> None:
    def work_once() -> bool:
        return finish(take("q", "", 1)) > 0

    duties.append("q")
    register_duty("q", work_once, every=1)
    enqueue([WorkRequest("q", str(n)) for n in range(5)])
    with transaction.atomic():
        Event.objects.create(kind="Something")
    told: list[int] = []
    result = drain(told.append)
    assert result.is_clean
    assert told[-1] == 0
    assert progress().unnumbered == 0


@pytest.mark.django_db
def test_draining_reports_what_failed_and_what_nobody_takes(duties: list[str]) -> None:
    def fail_once() -> bool:
        rows = take("q", "", 1)
        for row in rows:
            fail(row, "no")
        return bool(rows)

    duties.append("q")
    register_duty("q", fail_once, every=1)
    enqueue([WorkRequest("q", "a"), WorkRequest("orphan", "b")])
    result = drain()
    assert (result.failed, result.left, result.is_clean) == (1, 1, False)


@pytest.mark.django_db
def test_an_error_of_a_duty_is_reported_and_the_others_run(duties: list[str]) -> None:
    def broken() -> bool:
        raise RuntimeError("broken")

    def work_once() -> bool:
        return finish(take("q", "", 10)) > 0

    duties += ["broken", "q"]
    register_duty("broken", broken, every=1)
    register_duty("q", work_once, every=1)
    enqueue([WorkRequest("q", "a")])
    result = drain()
    assert result.errors == ("broken: RuntimeError: broken",)
    assert result.left == 0


@pytest.mark.django_db
def test_draining_makes_once_what_builds_on_all_that_goes_first(duties: list[str]) -> None:
    portions = [3, 2, 1]
    taken: list[int] = []

    def plan_once() -> bool:
        return bool(portions) and enqueue([WorkRequest("q", str(portions.pop()))]) == 1

    def work_once() -> bool:
        rows = take("q", "", 10)
        taken.append(len(rows))
        return finish(rows) > 0

    duties += ["q", "plan"]
    register_duty("q", work_once, every=1)
    register_duty("plan", plan_once, every=1, goes_first=True)
    assert drain().is_clean
    assert taken[0] == 3


@pytest.mark.django_db(transaction=True)
def test_a_running_worker_outlives_failures_shows_its_heartbeat_and_stops(
    duties: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_LONGEST_BACKOFF", 0.01)
    tries, done, stop = [], threading.Event(), threading.Event()

    def fails_twice() -> bool:
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError("not yet")
        done.set()
        return False

    monkeypatch.setattr(worker, "_duties", {})
    register_duty("flaky", fails_twice, every=0.01, lane="own")
    running = threading.Thread(target=run_worker, args=(stop,))
    running.start()
    assert done.wait(30)
    assert [row.name.rpartition("/")[2] for row in living_workers()] == ["own"]
    stop.set()
    running.join(30)
    assert not running.is_alive()
    assert not Lease.objects.filter(name__startswith="worker/").exists()


@pytest.mark.django_db(transaction=True)
def test_beside_a_busy_lane_the_others_look_for_work_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []
    moved, stop = [], threading.Event()

    def look() -> bool:
        looks.append(time.monotonic())
        return False

    def move() -> bool:
        moved.append(1)
        time.sleep(0.001)
        if len(looks) == 5:
            stop.set()
        return True

    monkeypatch.setattr(worker, "_duties", {})
    register_duty("looks", look, every=1, lane="idle")
    register_duty("moves", move, every=1, lane="busy")
    run_worker(stop)
    assert len(moved) > len(looks)
    pauses = [after - before for before, after in itertools.pairwise(looks)]
    assert min(pauses) >= 0.2
