"""Events are numbered once, followed in order, and turned into work that nothing loses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from rongshu.foundation import clock, consumers, work
from rongshu.foundation.consumers import Consumer, advance
from rongshu.foundation.events import DomainEvent, announce
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.models import ConsumerCursor, Event, Work
from rongshu.foundation.sequencer import number_events
from rongshu.foundation.stream import begin_epoch, stream
from rongshu.foundation.work import WorkRequest, enqueue, fail, finish, next_partition, pending, take

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class LeafFell(DomainEvent):
    leaf_id: UUID
    subject = "leaf_id"


def announce_leaves(count: int) -> list[UUID]:
    leaves = [new_id() for _ in range(count)]
    with transaction.atomic():
        for leaf in leaves:
            announce(LeafFell(leaf_id=leaf))
    return leaves


def plan(events: Sequence[Event]) -> Iterator[WorkRequest]:
    for event in events:
        yield WorkRequest("sweeping", str(event.subject_id), partition="garden", priority=20)


@pytest.fixture
def sweeper() -> Iterator[Consumer]:
    consumer = Consumer("sweeper", frozenset({"LeafFell"}), plan, lambda: [WorkRequest("sweeping", "all")])
    consumers.register(consumer)
    yield consumer
    consumers.unregister("sweeper")


def test_numbers_are_gap_free_and_in_order() -> None:
    announce_leaves(3)
    assert number_events() == 3
    announce_leaves(4)
    assert number_events(limit=2) == 2
    assert number_events() == 2
    assert number_events() == 0
    numbers = list(Event.objects.order_by("id").values_list("number", flat=True))
    assert numbers == [1, 2, 3, 4, 5, 6, 7]
    assert stream().last_number == 7


def test_a_new_consumer_rebuilds_then_follows(sweeper: Consumer) -> None:
    announce_leaves(2)
    number_events()
    assert advance("sweeper") == 1
    assert [row.key for row in Work.objects.all()] == ["all"]
    leaves = announce_leaves(3)
    number_events()
    assert advance("sweeper", limit=2) == 2
    assert advance("sweeper", limit=2) == 1
    assert advance("sweeper") == 0
    assert [row.key for row in Work.objects.order_by("id")] == ["all", *map(str, leaves)]
    assert consumers.lags()["sweeper"] == 0


def test_events_of_other_kinds_are_passed_over(sweeper: Consumer) -> None:
    advance("sweeper")
    Work.objects.all().delete()
    with transaction.atomic():
        Event.objects.create(kind="SomethingElse")
    number_events()
    assert advance("sweeper") == 1
    assert not Work.objects.exists()


def test_a_new_epoch_makes_every_consumer_rebuild(sweeper: Consumer) -> None:
    advance("sweeper")
    finish(take("sweeping", "", 10))
    begin_epoch("restore")
    assert consumers.lags()["sweeper"] == -1
    advance("sweeper")
    assert [row.key for row in Work.objects.all()] == ["all"]
    assert ConsumerCursor.objects.get().epoch == stream().epoch


def test_a_failing_plan_moves_nothing(sweeper: Consumer) -> None:
    advance("sweeper")
    consumers.unregister("sweeper")

    def failing(events: Sequence[Event]) -> Iterator[WorkRequest]:
        yield WorkRequest("sweeping", "half")
        raise RuntimeError("no broom")

    consumers.register(Consumer("sweeper", frozenset({"LeafFell"}), failing, list))
    announce_leaves(1)
    number_events()
    with pytest.raises(RuntimeError):
        advance("sweeper")
    assert not Work.objects.filter(key="half").exists()
    assert consumers.lags()["sweeper"] == 1


def test_asking_again_keeps_one_row_the_most_urgent_priority_and_the_newest_payload() -> None:
    enqueue([WorkRequest("q", "page", priority=50, payload={"n": 1})], generation=5)
    enqueue([WorkRequest("q", "page", priority=20, payload={"n": 2})], generation=9)
    enqueue([WorkRequest("q", "page", priority=80, payload={"n": 3})], generation=7)
    row = Work.objects.get()
    assert (row.priority, row.payload) == (20, {"n": 3})
    assert row.generation > 9


def test_one_call_may_name_a_key_twice() -> None:
    assert enqueue([WorkRequest("q", "page", priority=0), WorkRequest("q", "page", priority=50)]) == 1
    assert Work.objects.get().priority == 0


def test_a_row_asked_for_while_being_done_is_not_lost() -> None:
    enqueue([WorkRequest("q", "a"), WorkRequest("q", "b")])
    taken = take("q", "", 10)
    enqueue([WorkRequest("q", "b")])
    assert finish(taken) == 1
    assert [row.key for row in take("q", "", 10)] == ["b"]


def test_the_most_urgent_goes_first_and_recall_alone_can_be_taken() -> None:
    enqueue([WorkRequest("q", "full", priority=80), WorkRequest("q", "edit", priority=20)])
    enqueue([WorkRequest("q", "recall", priority=0)])
    assert [row.key for row in take("q", "", 10)] == ["recall", "edit", "full"]
    assert [row.key for row in take("q", "", 10, max_priority=10)] == ["recall"]


def test_next_partition_is_the_most_urgent_one_not_held() -> None:
    enqueue([WorkRequest("q", f"s{n}", partition="slow", priority=80) for n in range(50)])
    enqueue([WorkRequest("q", "x", partition="urgent", priority=0)])
    enqueue([WorkRequest("other", "y", partition="elsewhere", priority=0)])
    assert next_partition("q", set()) == "urgent"
    assert next_partition("q", {"urgent"}) == "slow"
    assert next_partition("q", {"urgent", "slow"}) is None
    assert next_partition("empty", set()) is None


def test_a_failed_row_stays_visible_and_waits() -> None:
    enqueue([WorkRequest("q", "a")])
    (row,) = take("q", "", 1)
    fail(row, OSError("disk full"))
    assert take("q", "", 1) == []
    assert next_partition("q", set()) is None
    assert pending("q") == {50: 1}
    assert work.failing("q").get().last_error == "OSError: disk full"
    enqueue([WorkRequest("q", "a")])
    assert [row.key for row in take("q", "", 1)] == ["a"]


def test_work_does_not_wait_for_a_clock_that_was_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    enqueue([WorkRequest("q", "fresh"), WorkRequest("q", "failed")])
    fail(take("q", "", 2)[1], "once")
    earlier = clock.now() - timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: earlier)
    assert {row.key for row in take("q", "", 5)} == {"fresh", "failed"}
