"""Long work: begun by a press, done by the worker, with a bar, a rate and a way to stop.

    register_work("newsroom.retag", retag)            # in AppConfig.ready
    work = begin_work(actor=person, kind="newsroom.retag", title="重新标引", payload={...}, unit="篇")
    return redirect(work_url(work))

    def retag(hand: WorkInHand) -> str:               # returns the address of the result, or ""
        for done, row in enumerate(rows, start=1):
            ...                                       # one short transaction each; safe to do twice
            hand.advance(done, total)
        return ""

A killed worker leaves the work without a beat; another takes it up and runs it again from its beginning.
Work of hours says `is_lengthy=True`: it goes on beside the other work, which is not to wait for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import get_urlconf, reverse, set_urlconf

from rongshu.accounts.models import Person
from rongshu.console.models import LongWork
from rongshu.foundation import clock
from rongshu.foundation.audit import acting_via, record
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.guards import get_one

log = structlog.get_logger("rongshu.console")

_BEAT_EVERY: Final = 1.0
_LOST_AFTER: Final = timedelta(minutes=2)
_FAILED: Final = "出现意外错误，已停下；可以重新开始，若仍失败请联系运维人员。"

Run = Callable[["WorkInHand"], str]
_kinds: dict[str, Run] = {}
_lengthy: set[str] = set()


class StopAsked(Exception):
    """The person asked the work to stop; raised by `advance`, caught by the worker."""


class WorkInHand:
    """A piece of work while it is being done."""

    def __init__(self, work: LongWork) -> None:
        self.work = work
        self._told_at = 0.0

    @property
    def payload(self) -> Mapping[str, Any]:
        """What the work was begun with."""
        payload: Mapping[str, Any] = self.work.payload
        return payload

    @property
    def actor(self) -> Person:
        """In whose name it is done."""
        return self.work.person

    def advance(self, count: int, total: int | None = None, note: str = "") -> None:
        """Say how far the work is; raise StopAsked when it is to stop. Written once a second at most."""
        self.work.count, self.work.total = count, total if total is not None else self.work.total
        self.work.note = note or self.work.note
        if time.monotonic() - self._told_at < _BEAT_EVERY:
            return
        self._told_at = time.monotonic()
        self.tell()
        if LongWork.objects.filter(pk=self.work.pk, stop_asked_at__isnull=False).exists():
            raise StopAsked

    def tell(self) -> None:
        """Write how far the work is."""
        self.work.beat_at = clock.now()
        self.work.save(update_fields=["count", "total", "note", "beat_at"])


def register_work(kind: str, run: Run, *, is_lengthy: bool = False) -> None:
    """Say how work of a kind is done; called from an AppConfig.ready."""
    _kinds[kind] = run
    if is_lengthy:
        _lengthy.add(kind)


def begin_work(
    *,
    actor: Person,
    kind: str,
    title: str,
    payload: Mapping[str, Any] | None = None,
    total: int | None = None,
    unit: str = "项",
) -> LongWork:
    """Put work on the list; the worker takes it up within seconds."""
    with transaction.atomic():
        work = LongWork.objects.create(
            person=actor, kind=kind, title=title[:200], payload=dict(payload or {}), total=total, unit=unit
        )
        record(actor, "work.begun", work, kind=kind, title=title)
    return work


def stop_work(*, actor: Person, work_id: UUID) -> LongWork:
    """Ask one's own work to stop; it stops at its next step, what is done stays done."""
    with transaction.atomic():
        work = get_one(LongWork.objects.select_for_update(), pk=work_id, person_id=actor.id)
        if not work.is_open or work.stop_asked_at is not None:
            return work
        work.stop_asked_at = clock.now()
        if work.status == LongWork.Status.WAITING:
            work.status, work.ended_at = LongWork.Status.STOPPED, clock.now()
        work.save(update_fields=["stop_asked_at", "status", "ended_at"])
        record(actor, "work.stopped", work)
    return work


def resume_work(*, actor: Person, work_id: UUID) -> LongWork:
    """Put one's own work that was stopped or failed on the list again; what it has done it finds done."""
    with transaction.atomic():
        work = get_one(LongWork.objects.select_for_update(), pk=work_id, person_id=actor.id)
        if not work.may_resume:
            return work
        work.status, work.stop_asked_at, work.ended_at, work.note = LongWork.Status.WAITING, None, None, ""
        work.save(update_fields=["status", "stop_asked_at", "ended_at", "note"])
        record(actor, "work.resumed", work)
    return work


def work_url(work: LongWork) -> str:
    """Return the address of the page that shows how far the work is."""
    return reverse("console-work", args=[work.pk])


def do_waiting_work() -> bool:
    """Do the oldest work that waits; return whether there was any. A duty of the worker's lane "long"."""
    return _do_one(set(_kinds) - _lengthy)


def do_lengthy_work() -> bool:
    """Do the oldest lengthy work that waits: in a lane of its own, a recall of many waits for none of it."""
    return _do_one(_lengthy & set(_kinds))


def _do_one(kinds: Collection[str]) -> bool:
    work = _claimed(kinds)
    if work is None:
        return False
    hand = WorkInHand(work)
    status, note, result = _outcome(hand)
    work.status, work.note, work.result_url, work.ended_at = status, note or work.note, result, clock.now()
    work.save(update_fields=["status", "note", "result_url", "ended_at", "count", "total"])
    return True


@contextmanager
def _addresses_of_the_console() -> Iterator[None]:
    """Let work name pages of the back office: the worker's process knows the public addresses only."""
    before = get_urlconf()
    set_urlconf(settings.CONSOLE_LISTENER["ROOT_URLCONF"])
    try:
        yield
    finally:
        set_urlconf(before)


def _outcome(hand: WorkInHand) -> tuple[str, str, str]:
    try:
        with acting_via("web"), _addresses_of_the_console():
            return LongWork.Status.DONE, "", _kinds[hand.work.kind](hand)
    except StopAsked:
        return LongWork.Status.STOPPED, "", ""
    except RongshuError as error:
        return LongWork.Status.FAILED, error.message[:500], ""
    except Exception:
        log.exception("long-work-failed", work=str(hand.work.pk), kind=hand.work.kind)
        return LongWork.Status.FAILED, _FAILED, ""


def _claimed(kinds: Collection[str]) -> LongWork | None:
    now = clock.now()
    lost = Q(status=LongWork.Status.RUNNING, beat_at__lt=now - _LOST_AFTER)
    free = LongWork.objects.filter(Q(status=LongWork.Status.WAITING) | lost, kind__in=kinds)
    work = free.select_related("person").order_by("created_at").first()
    if work is None:
        return None
    work.status, work.started_at, work.beat_at, work.count = LongWork.Status.RUNNING, now, now, 0
    taken = free.filter(pk=work.pk).update(
        status=work.status, started_at=work.started_at, beat_at=work.beat_at, count=0
    )
    return work if taken else None
