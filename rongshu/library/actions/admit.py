"""Bringing one record into the library: the same gate as for millions."""

from __future__ import annotations

from rongshu.foundation.audit import Actor
from rongshu.library.actions.gate_run import GateRun
from rongshu.library.gate.records import Admission, GateDefaults, IncomingRecord
from rongshu.library.models import ApprovalBatch


def admit(
    *,
    actor: Actor,
    record: IncomingRecord,
    batch: ApprovalBatch | None = None,
    defaults: GateDefaults = GateDefaults(),  # noqa: B008 - frozen
) -> Admission:
    """Admit one record and say what became of it; refusals are in the answer. Raise `NotAllowed`,
    `BatchNotOpen`."""
    run = GateRun(actor=actor, batch=batch, defaults=defaults)
    received, prepared = run.prepare(record)
    duplicates = run.finder().find([prepared])
    files = {prepared.content.version_id: received.file_rows}
    return run.writer().write([prepared], duplicates, files)[0]
