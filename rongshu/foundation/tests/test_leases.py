"""One holder at a time, seen to be dead at once, fenced when it comes back late."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import transaction

from rongshu.foundation import clock
from rongshu.foundation.holders import is_dead, this_process
from rongshu.foundation.leases import LeaseHeld, LeaseLost, acquire, hold
from rongshu.foundation.models import Lease

pytestmark = pytest.mark.django_db


def test_a_second_holder_is_refused_until_the_first_is_done() -> None:
    with hold("site-1", "a") as lease:
        assert lease.token == 1
        with pytest.raises(LeaseHeld), hold("site-1", "b"):
            raise AssertionError("held twice")
        assert Lease.objects.get().token == 1
    with hold("site-1", "b") as later:
        assert later.token == 2


def test_an_expired_holder_has_lost_it_even_before_anyone_took_over() -> None:
    lease = acquire("site-1", "a")
    Lease.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(LeaseLost):
        lease.check()


def test_a_late_holder_is_fenced_and_cannot_release_the_new_one() -> None:
    late = acquire("site-1", "a")
    Lease.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    new = acquire("site-1", "b")
    assert new.token > late.token
    with pytest.raises(LeaseLost), transaction.atomic():
        late.check()
    late.release()
    new.check()


def test_renewing_lengthens_it_and_fails_when_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    lease = acquire("site-1", "a", seconds=30)
    until = Lease.objects.get().expires_at
    later = clock.now() + timedelta(seconds=20)
    monkeypatch.setattr(clock, "now", lambda: later)
    lease.renew()
    assert Lease.objects.get().expires_at > until
    Lease.objects.update(token=7)
    later += timedelta(seconds=20)
    with pytest.raises(LeaseLost):
        lease.renew()


def test_a_dead_holder_on_this_machine_is_succeeded_at_once() -> None:
    script = "from rongshu.foundation.holders import this_process; print(this_process())"
    dead = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    Lease.objects.create(
        name="site-1", holder=dead.stdout.strip(), token=4, expires_at=clock.now() + timedelta(minutes=5)
    )
    assert acquire("site-1", "b").token == 5


def test_a_holder_elsewhere_is_left_alone_until_its_time_is_over() -> None:
    elsewhere = "0123456789ab:1:1 publisher"
    Lease.objects.create(
        name="site-1", holder=elsewhere, token=4, expires_at=clock.now() + timedelta(minutes=5)
    )
    with pytest.raises(LeaseHeld):
        acquire("site-1", "b")
    assert Lease.objects.get().holder == elsewhere


def test_a_clock_set_back_does_not_lock_everyone_out() -> None:
    Lease.objects.create(
        name="site-1", holder="0123456789ab:1:1", token=4, expires_at=clock.now() + timedelta(days=365)
    )
    assert acquire("site-1", "b").token == 5


def test_this_process_is_alive() -> None:
    assert not is_dead(this_process())
    assert not is_dead("nonsense")
