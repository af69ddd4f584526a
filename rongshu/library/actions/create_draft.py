"""Starting a new resource by hand."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.foundation.audit import Actor
from rongshu.foundation.audit import record as leave_trace
from rongshu.foundation.change_marks import one_look
from rongshu.foundation.errors import InvalidInput, RongshuError
from rongshu.foundation.events import announce
from rongshu.library.actions.gate_run import GateRun
from rongshu.library.errors import ElementRefused
from rongshu.library.events import WorkingVersionStored
from rongshu.library.gate.duplicates import Duplicate
from rongshu.library.gate.preparing import PreparedRecord
from rongshu.library.gate.records import AS_WRITTEN, GateDefaults, IncomingRecord
from rongshu.library.gate.storing import Rows
from rongshu.library.models import Resource
from rongshu.library.permissions import may_write


def create_draft(*, actor: Actor, record: IncomingRecord, defaults: GateDefaults = AS_WRITTEN) -> Resource:
    """Store a new resource with a working version and return it; nothing is effective yet.

    What a person writes is never folded into another resource: a duplicate is flagged. Raise the refusals of
    the gate as one error that names every element.
    """
    with one_look():
        run = GateRun(actor=actor, batch=None, defaults=defaults, status=Resource.Status.DRAFT)
        require(may_write(run.viewer, record.owner.pk))
        received, prepared = run.prepare(record)
        raise_refusals(prepared)
        flag_duplicate(prepared, run.finder().find([prepared])[0])
    with transaction.atomic():
        rows = Rows(run.circumstance)
        rows.stored_files += received.file_rows
        rows.add_resource(prepared)
        rows.write()
        resource = rows.first_resource()
        leave_trace(actor, "resource.drafted", resource, after=prepared.digest)
        announce(WorkingVersionStored(resource_id=resource.pk), actor_id=actor.id)
    return resource


def raise_refusals(prepared: PreparedRecord) -> None:
    """Raise what refuses a record: the error itself when there is one, else one that names all elements."""
    errors = prepared.errors
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise _joined(errors)


def _joined(errors: tuple[RongshuError, ...]) -> RongshuError:
    fields = {name: wrong for error in errors for name, wrong in error.fields.items()}
    sentence = "".join(error.message for error in errors[:5])
    kind = ElementRefused if all(isinstance(error, ElementRefused) for error in errors) else InvalidInput
    return kind(sentence, fields=fields)


def flag_duplicate(prepared: PreparedRecord, duplicate: Duplicate | None) -> None:
    """Tell the writer that the library has this, or nearly this, already."""
    if duplicate is not None:
        message = f"资源库中已有{'相同' if duplicate.is_exact else '近似'}内容：{duplicate.resource_id}"
        prepared.content.flag("Content", "possible-duplicate", message)
