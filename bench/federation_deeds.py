"""What a node of the federation's bench can be told beside the deeds of the tests: timed work, in phases."""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from django.db.models import F, Sum
from django.utils import timezone

from rongshu.federation.actions import apply_envelopes
from rongshu.federation.actions import pull_partner as pulling
from rongshu.federation.models import Delivery, Partner
from rongshu.federation.receiving.judging import Judge
from rongshu.federation.tasks import pull_from_partners
from rongshu.federation.tests.deeds import *  # noqa: F403 - a node of the bench knows what one of the tests knows
from rongshu.library.actions import batches

_spent: Final[Counter[str]] = Counter()


def pull_everything() -> dict[str, Any]:
    """Pull from all partners as the worker does, several at a time, until all of it is effective.

    Return the seconds it took, and the processor time of this process, of those that computed aside, and of
    the phases (the rest is what they have in common).
    """
    _time_phases()
    aside, began, used = _aside(), time.perf_counter(), time.process_time()
    Partner.objects.update(next_poll_at=timezone.now())
    while pull_from_partners():
        pass
    behind = Partner.objects.filter(pulls=True, cursor__lt=F("last_number")).count()
    if behind or Delivery.objects.exclude(state=Delivery.State.DONE).exists():
        raise AssertionError(f"{behind} partners are behind")
    return {
        "seconds": time.perf_counter() - began,
        "here": time.process_time() - used,
        "aside": _aside() - aside,
        "phases": dict(_spent),
        "records": Delivery.objects.aggregate(total=Sum("count"))["total"],
    }


def poll_idly(*, node: str, count: int) -> float:
    """Ask a partner that has nothing new, many times; return the seconds of processor time of one."""
    partner = Partner.objects.get(pk=node)
    used = time.process_time()
    for _ in range(count):
        pulling.pull_partner(partner)
        partner.refresh_from_db()
    return (time.process_time() - used) / count


def _aside() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def _time_phases() -> None:
    _timed(pulling, "_changes_of", "ask and verify the batch")
    _timed(pulling, "read_batch", "read the batch")
    _timed(Judge, "judge", "judge, check proofs")
    _timed(apply_envelopes.Receiver, "finish", "store, with what the gate said")
    _timed(batches, "held_back", "inspect what is held back")
    _timed(batches, "_make_portion_effective", "make effective")


def _timed(owner: Any, name: str, phase: str) -> None:
    """Count the processor time of a function; a phase is never within another."""
    deed: Callable[..., Any] = getattr(owner, name)

    def timed(*given: Any, **named: Any) -> Any:
        began = time.thread_time()
        try:
            return deed(*given, **named)
        finally:
            _spent[phase] += time.thread_time() - began  # type: ignore[assignment]

    setattr(owner, name, timed)
