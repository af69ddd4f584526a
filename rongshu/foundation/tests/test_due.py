"""The clock does what is due, once, in order, and never runs backwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from rongshu.foundation import clock, due
from rongshu.foundation.due import cancel, carry_out_due, register_deed, schedule
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.models import DueItem
from rongshu.foundation.stream import current_tick

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def rung() -> Iterator[list[UUID]]:
    done: list[UUID] = []

    def ring(subject_id: UUID, due_at: datetime) -> None:
        done.append(subject_id)

    register_deed("bell", ring)
    yield done
    due._deeds.pop("bell")
    due._retries.clear()


def test_what_is_due_is_done_once_in_order(rung: list[UUID]) -> None:
    now, first, second, later = clock.now() + MINUTE, new_id(), new_id(), new_id()
    schedule("bell", second, now - MINUTE)
    schedule("bell", first, now - 2 * MINUTE)
    schedule("bell", later, now + MINUTE)
    assert carry_out_due(now) == 2
    assert rung == [first, second]
    assert carry_out_due(now) == 0
    assert current_tick() == now
    assert carry_out_due(now + 2 * MINUTE) == 1
    assert rung[-1] == later


def test_cancelled_items_are_not_done_and_done_ones_can_be_scheduled_again(rung: list[UUID]) -> None:
    now, subject = clock.now(), new_id()
    schedule("bell", subject, now)
    cancel("bell", subject)
    assert carry_out_due(now + MINUTE) == 0
    schedule("bell", subject, now)
    schedule("bell", subject, now)
    assert carry_out_due(now + MINUTE) == 1
    schedule("bell", subject, now)
    assert carry_out_due(now + MINUTE) == 1


def test_a_failing_deed_is_kept_and_does_not_hold_up_the_others(rung: list[UUID]) -> None:
    def fails(subject_id: UUID, due_at: datetime) -> None:
        schedule("bell", subject_id, due_at)
        raise RuntimeError("stuck")

    register_deed("stuck", fails)
    now, other = clock.now(), new_id()
    schedule("stuck", new_id(), now - 3 * MINUTE)
    schedule("unknown", new_id(), now - 3 * MINUTE)
    schedule("bell", other, now - MINUTE)
    with capture_logs() as logs:
        assert carry_out_due(now) == 1
    assert rung == [other]
    assert [entry["kind"] for entry in logs if entry["event"] == "due-deed-failed"] == ["stuck", "unknown"]
    assert DueItem.objects.filter(handled_at=None).count() == 2
    assert due.overdue(now) == 2
    due._deeds.pop("stuck")


def test_the_tick_never_moves_back_when_the_clock_is_set_back(rung: list[UUID]) -> None:
    now = clock.now() + MINUTE
    carry_out_due(now)
    with capture_logs() as logs:
        carry_out_due(now - timedelta(days=1))
    assert current_tick() == now
    assert [entry["event"] for entry in logs] == ["clock-set-back"]
