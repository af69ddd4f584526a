"""Writing a new working version of a resource; what is effective stands until the new one is approved."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.foundation.audit import Actor
from rongshu.foundation.audit import record as leave_trace
from rongshu.foundation.events import announce
from rongshu.library.actions.create_draft import raise_refusals
from rongshu.library.actions.gate_run import GateRun
from rongshu.library.actions.locking import lock
from rongshu.library.errors import BatchNotOpen, NothingChanged, ResourceOfOtherNode, ResourceRecycled
from rongshu.library.events import WorkingVersionStored
from rongshu.library.gate.records import AS_WRITTEN, GateDefaults, IncomingRecord
from rongshu.library.gate.storing import Rows, next_numbers
from rongshu.library.models import ApprovalBatch, Resource, ResourceVersion
from rongshu.library.permissions import may_write


def revise_resource(
    *,
    actor: Actor,
    resource: Resource,
    record: IncomingRecord,
    defaults: GateDefaults = AS_WRITTEN,
    batch: ApprovalBatch | None = None,
) -> ResourceVersion:
    """Store what the record says as the resource's new working version and return it.

    `queries.revision_of(version)` gives a record to start from. Type and owner stay those of the resource.
    A version of an open `batch` is approved with it. Raise `NothingChanged`, `ResourceRecycled`,
    `NotAllowed`, `BatchNotOpen`, `ResourceOfOtherNode` and the refusals of the gate.
    """
    run = GateRun(actor=actor, batch=batch, defaults=defaults)
    require(may_write(run.viewer, resource.owner_id))
    record = replace(record, type_code=resource.type.code, owner=resource.owner)
    received, prepared = run.prepare(record, resource_id=resource.pk)
    raise_refusals(prepared)
    with transaction.atomic():
        _require_open(batch)
        resource = lock(resource)
        if resource.recycled_at is not None:
            raise ResourceRecycled
        if resource.origin_node != run.circumstance.node_id:
            raise ResourceOfOtherNode(fields={"id": str(resource.pk)})
        before = resource.working_version.digest if resource.working_version else ""
        if before == prepared.digest:
            raise NothingChanged
        rows = Rows(run.circumstance)
        rows.stored_files += received.file_rows
        rows.add_version(prepared, number=next_numbers([resource.pk]).get(resource.pk, 1))
        rows.write()
        version = ResourceVersion.objects.get(pk=prepared.content.version_id)
        resource.working_version = version
        resource.save(update_fields=["working_version"])
        leave_trace(actor, "resource.revised", resource, before=before, after=version.digest)
        announce(WorkingVersionStored(resource_id=resource.pk), actor_id=actor.id)
    return version


def _require_open(batch: ApprovalBatch | None) -> None:
    if batch is None:
        return
    locked = ApprovalBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.status != ApprovalBatch.Status.OPEN:
        raise BatchNotOpen
