"""From events to work: which documents to look at. Every source says it for its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from rongshu.foundation import consumers, work
from rongshu.foundation.consumers import Consumer
from rongshu.foundation.models import Event
from rongshu.foundation.work import WorkRequest
from rongshu.search.sources import DocumentSource, Swept, Touched, document_id, registered

CONSUMER: Final = "search"
QUEUE: Final = "search"
SWEEP: Final = "sweep"
REBUILD: Final = "rebuild"
# More changed documents than this in one plan are a bulk run: a person's edit goes before them.
_BULK: Final = 100


def plan(events: Sequence[Event]) -> Iterator[WorkRequest]:
    """Turn events into work."""
    asked: dict[str, WorkRequest] = {}
    for source in registered():
        its_events = [event for event in events if event.kind in source.kinds]
        for one in source.plan(its_events) if its_events else ():
            request = _request(source, one)
            known = asked.get(request.key)
            if known is None or request.priority < known.priority:
                asked[request.key] = request
    is_bulk = len(asked) > _BULK
    for request in asked.values():
        yield _lowered(request) if is_bulk and request.priority == work.EDIT else request


def rebuild() -> Iterator[WorkRequest]:
    """Ask for a new generation: there is no cursor, or the stream has another epoch."""
    yield rebuild_request("事件流重新开始")


def rebuild_request(reason: str) -> WorkRequest:
    """Ask for a new generation of every index."""
    return WorkRequest(QUEUE, REBUILD, priority=work.FULL_PUBLICATION, payload={"reason": reason})


def document_requests(kind: str, ids: Iterable[UUID], priority: int) -> Iterator[WorkRequest]:
    """Ask for documents to be looked at."""
    for one in ids:
        yield WorkRequest(QUEUE, document_id(kind, one), priority=priority)


def sweep_request(kind: str, what: str, id_: UUID, after: UUID | None = None) -> WorkRequest:
    """Ask for everything under something to be looked at, from `after` on."""
    payload: dict[str, Any] = {"kind": kind, "what": what, "id": str(id_), "after": str(after or "")}
    return WorkRequest(QUEUE, f"{SWEEP}:{kind}:{what}:{id_}", priority=work.LISTS, payload=payload)


def follow() -> None:
    """Follow the events that any source wants, from now on."""
    kinds = frozenset(kind for source in registered() for kind in source.kinds)
    consumers.unregister(CONSUMER)
    consumers.register(Consumer(CONSUMER, kinds, plan, rebuild))


def _request(source: DocumentSource, one: Touched | Swept) -> WorkRequest:
    if isinstance(one, Swept):
        return sweep_request(source.kind, one.what, one.id)
    return WorkRequest(QUEUE, document_id(source.kind, one.id), priority=one.priority)


def _lowered(request: WorkRequest) -> WorkRequest:
    return WorkRequest(request.queue, request.key, priority=work.LISTS, payload=request.payload)
