"""Bringing many records into the library as one batch: streaming, in short transactions, resumable."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from rongshu.foundation.audit import Actor
from rongshu.library.actions.gate_run import GateRun
from rongshu.library.errors import BatchNotOpen
from rongshu.library.gate.pool import Portion, Preparer
from rongshu.library.gate.receiving import Received
from rongshu.library.gate.records import Admission, GateDefaults, IncomingRecord
from rongshu.library.models import ApprovalBatch

PORTION: Final = 100
"""Records written in one transaction; SQLite's write lock is held for about 30 ms."""


def admit_many(
    *,
    actor: Actor,
    records: Iterable[IncomingRecord],
    batch: ApprovalBatch,
    defaults: GateDefaults = GateDefaults(),  # noqa: B008 - frozen
    processes: int = 0,
) -> Iterator[Admission]:
    """Admit records one portion at a time and yield what became of each, in order.

    A portion is in the library when its first answer comes. A record that the gate refuses is answered with
    its reasons and does not disturb the others. After an interruption, pass the same records with the same
    batch
    again: what was admitted is answered, not stored twice (records need an `external_key` for that).
    `processes` > 0 prepares records in that many further processes. Raise `BatchNotOpen`, `NotAllowed`.
    """
    if batch.status != ApprovalBatch.Status.OPEN:
        raise BatchNotOpen
    run = GateRun(actor=actor, batch=batch, defaults=defaults)
    with Preparer(processes=processes, defaults=defaults) as preparer:
        yield from _admit_portions(run, preparer, iter(records))


def _admit_portions(
    run: GateRun, preparer: Preparer, records: Iterator[IncomingRecord]
) -> Iterator[Admission]:
    finder = run.finder()
    pending: deque[Sequence[Received]] = deque()
    for prepared in preparer.prepare(_portions(run, records, pending)):
        received = pending.popleft()
        files = {each.raw.content.version_id: each.file_rows for each in received if each.file_rows}
        yield from run.writer().write(prepared, finder.find(prepared), files)


def _portions(
    run: GateRun, records: Iterator[IncomingRecord], pending: deque[Sequence[Received]]
) -> Iterator[Portion]:
    while portion := list(islice(records, PORTION)):
        run.learn_types({record.type_code for record in portion})
        received = [run.receive(record) for record in portion]
        pending.append(received)
        yield [each.raw for each in received], dict(run.schemas)
