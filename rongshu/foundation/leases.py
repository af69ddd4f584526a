"""Leases: being the only one at something for a while, with a fencing token that grows with each holder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from rongshu.foundation import clock
from rongshu.foundation.errors import Conflict
from rongshu.foundation.holders import is_dead, this_process
from rongshu.foundation.models import Lease as LeaseRow
from rongshu.foundation.prepared import Prepared

# Further ahead than any lease reaches: the clock was set back after it was taken.
LONGEST: Final = timedelta(minutes=15)


class LeaseHeld(Conflict):
    """Somebody else holds the lease now."""

    code = "lease-held"
    sentence = "同一项工作正由另一个进程进行，请等它结束后再试。"


class LeaseLost(Conflict):
    """The lease ran out, or another holder took it over: stop writing."""

    code = "lease-lost"
    sentence = "本进程的租约已失效，由另一个进程接手；本次未写入的内容将由它完成。"


class Lease:
    """A lease that this process holds. `token` is the fencing token."""

    def __init__(self, name: str, holder: str, token: int, length: timedelta, expires_at: datetime) -> None:
        self.name, self.holder, self.token = name, holder, token
        self._length, self._expires_at = length, expires_at

    def renew(self) -> None:
        """Lengthen the lease once a third of it is over (cheap to call often); raise `LeaseLost`."""
        now = clock.now()
        if self._expires_at - now > self._length * 2 / 3 and self._expires_at - now <= self._length:
            return
        expires_at = now + self._length
        if not self._mine().update(expires_at=expires_at):
            raise LeaseLost
        self._expires_at = expires_at

    def check(self) -> None:
        """Raise `LeaseLost` unless still held; inside a transaction it stays held until the commit."""
        rows = self._mine()
        if connection.in_atomic_block:
            rows = rows.select_for_update()
            expires_at = rows.values_list("expires_at", flat=True).first()
        else:
            found = _EXPIRES_AT.rows(self.name, self.holder)
            expires_at = next((at for at, token in found if token == self.token), None)
        if expires_at is None or expires_at <= clock.now():
            raise LeaseLost

    def release(self) -> None:
        """Give the lease back; nothing happens when it was lost meanwhile."""
        self._mine().update(holder="", expires_at=clock.now())

    def _mine(self) -> QuerySet[LeaseRow]:
        return LeaseRow.objects.filter(name=self.name, token=self.token, holder=self.holder)


_EXPIRES_AT: Final = Prepared(
    lambda name, holder: LeaseRow.objects.filter(name=name, holder=holder).values_list("expires_at", "token")
)


@contextmanager
def hold(name: str, holder: str = "", seconds: float = 30) -> Iterator[Lease]:
    """Hold the lease `name` for the block; raise `LeaseHeld` when a living other holds it.

    A holder on the same machine whose process has died is seen at once; any other loses its lease when it
    runs out. Renew it within `seconds` (at most 900).
    """
    lease = acquire(name, holder, seconds)
    try:
        yield lease
    finally:
        lease.release()


def acquire(name: str, holder: str = "", seconds: float = 30) -> Lease:
    """Take a lease without a block; the caller releases it."""
    if not 0 < seconds <= LONGEST.total_seconds():
        raise ValueError(f"a lease lasts up to {LONGEST.total_seconds():.0f} seconds, not {seconds}")
    row, _ = LeaseRow.objects.get_or_create(name=name, defaults={"expires_at": clock.now()})
    if is_held(row):
        raise LeaseHeld(fields={"lease": name, "holder": row.holder})
    length, full_name = timedelta(seconds=seconds), f"{this_process()} {holder}".strip()[:100]
    token, expires_at = row.token + 1, clock.now() + length
    # Whoever took it meanwhile has made the token grow (or, on the same token, has renewed the lease).
    unchanged = LeaseRow.objects.filter(
        name=name, token=row.token, holder=row.holder, expires_at=row.expires_at
    )
    if not unchanged.update(holder=full_name, token=token, expires_at=expires_at):
        raise LeaseHeld(fields={"lease": name, "holder": ""})
    return Lease(name, full_name, token, length, expires_at)


def is_held(row: LeaseRow) -> bool:
    """Whether a living holder has this lease now."""
    now = clock.now()
    is_in_force = now < row.expires_at <= now + LONGEST
    return bool(row.holder) and is_in_force and not is_dead(row.holder.split(" ")[0])
