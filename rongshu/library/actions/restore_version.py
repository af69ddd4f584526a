"""Bringing back what an earlier version said, as a new version."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.installation import node_id
from rongshu.library.actions.fingerprinting import copy_fingerprint
from rongshu.library.actions.locking import lock
from rongshu.library.errors import AlreadyPurged, NothingChanged, ResourceOfOtherNode, ResourceRecycled
from rongshu.library.gate.storing import next_numbers
from rongshu.library.models import Resource, ResourceVersion, VersionFile
from rongshu.library.permissions import may_write


def restore_version(*, actor: Actor, version: ResourceVersion) -> ResourceVersion:
    """Make a copy of an earlier version the new working version and return it; approval decides as ever.

    Raise `NotAllowed`, `AlreadyPurged`, `ResourceRecycled`, `NothingChanged` when it is the working one.
    """
    with transaction.atomic():
        resource = lock(version.resource)
        require(may_write(viewer_for(actor), resource.owner_id))
        version = ResourceVersion.objects.get(pk=version.pk)
        _check(resource, version)
        before = resource.working_version.digest if resource.working_version else ""
        restored = _copy(version, number=next_numbers([resource.pk])[resource.pk], actor=actor)
        resource.working_version = restored
        resource.save(update_fields=["working_version"])
        record(
            actor, "version.restored", resource, before=before, after=restored.digest, number=version.number
        )
    return restored


def _check(resource: Resource, version: ResourceVersion) -> None:
    if resource.origin_node != node_id():
        raise ResourceOfOtherNode(fields={"id": str(resource.pk)})
    if version.purged_at is not None:
        raise AlreadyPurged
    if resource.recycled_at is not None:
        raise ResourceRecycled
    if resource.working_version_id == version.pk:
        raise NothingChanged


def _copy(version: ResourceVersion, *, number: int, actor: Actor) -> ResourceVersion:
    copy = ResourceVersion.objects.get(pk=version.pk)
    copy.pk, copy.number, copy.restored_from = new_id(), number, version
    copy.created_by_id, copy.created_at = actor.id, clock.now()
    copy.batch, copy.external_key, copy.similarity, copy.became_effective_at = None, "", None, None
    copy.save(force_insert=True)
    VersionFile.objects.bulk_create(
        VersionFile(
            version=copy,
            file_id=use.file_id,
            role=use.role,
            name=use.name,
            alt=use.alt,
            position=use.position,
        )
        for use in version.files.all()
    )
    copy_fingerprint(version, copy)
    return copy
