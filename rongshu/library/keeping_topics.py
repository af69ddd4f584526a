"""The consumer "topics": topics by query or category follow what becomes effective, is classified or goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rongshu.foundation.audit import Clock, acting_via
from rongshu.foundation.consumers import Consumer
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.foundation.models import Event, Work
from rongshu.foundation.work import LISTS, WorkRequest, fail, finish, take
from rongshu.library.actions.topics import refresh_topic
from rongshu.library.events import (
    ResourceBecameEffective,
    ResourceClassified,
    ResourceReinstated,
    ResourceValidityChanged,
    ResourceWithdrawn,
)
from rongshu.library.models import Resource, TopicSelection

QUEUE: Final = "topics"
_KINDS: Final = frozenset(
    kind.kind()
    for kind in (
        ResourceBecameEffective,
        ResourceClassified,
        ResourceReinstated,
        ResourceValidityChanged,
        ResourceWithdrawn,
    )
)


def topics_consumer() -> Consumer:
    """Return the consumer to register."""
    return Consumer("topics", _KINDS, plan, rebuild)


def plan(events: Sequence[Event]) -> Iterator[WorkRequest]:
    """Ask for every topic that gathers by itself; a thousand events ask for each of them once."""
    return rebuild() if events else iter(())


def rebuild() -> Iterator[WorkRequest]:
    """Ask for every topic that gathers by itself."""
    gathering = TopicSelection.objects.exclude(kind=TopicSelection.Kind.HAND)
    for topic_id in gathering.order_by("topic_id").values_list("topic_id", flat=True).distinct():
        yield WorkRequest(QUEUE, str(topic_id), priority=LISTS)


def keep_topics() -> bool:
    """Bring one waiting topic in step; return whether there was one. A duty of the worker."""
    if not take(QUEUE, "", limit=1):
        return False
    try:
        with hold(f"queue/{QUEUE}", seconds=300), acting_via("clock"):
            return _keep_next()
    except LeaseHeld:
        return False


def _keep_next() -> bool:
    for work in take(QUEUE, "", limit=1):
        try:
            _refresh(work)
        except Exception as error:  # noqa: BLE001 - one failing topic must not stop the others
            fail(work, error)
        else:
            finish([work])
        return True
    return False


def _refresh(work: Work) -> None:
    topic = Resource.objects.filter(pk=work.key).first()
    if topic is not None:
        refresh_topic(actor=Clock(), topic=topic)
