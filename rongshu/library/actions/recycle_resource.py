"""The recycle bin: out of sight, brought back one by one or all, cleared for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.library.actions.counting import uncount
from rongshu.library.actions.locking import lock
from rongshu.library.errors import ResourceInUse
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.permissions import may_write
from rongshu.library.queries.usage import where_used
from rongshu.library.queries.visibility import recycled

PORTION: Final = 100


def recycle_resource(*, actor: Person, resource: Resource, reason: str = "") -> Resource:
    """Move a resource that is not effective into the recycle bin. Raise `NotAllowed`, `ResourceInUse`."""
    with transaction.atomic():
        resource = lock(resource)
        viewer = viewer_for(actor)
        require(may_write(viewer, resource.owner_id))
        if resource.effective_version_id is not None or where_used(viewer, resource):
            raise ResourceInUse
        if resource.recycled_at is None:
            resource.recycled_at = clock.now()
            resource.save(update_fields=["recycled_at"])
            record(actor, "resource.recycled", resource, reason=reason)
    return resource


def restore_from_recycle_bin(*, actor: Person, resources: Sequence[Resource]) -> int:
    """Bring resources back as the drafts they were, all or none; return how many. Raise `NotAllowed`."""
    with transaction.atomic():
        viewer = viewer_for(actor)
        locked = [lock(resource) for resource in resources]
        require(all(may_write(viewer, resource.owner_id) for resource in locked))
        for resource in locked:
            resource.recycled_at = None
            resource.save(update_fields=["recycled_at"])
            record(actor, "resource.restored", resource)
    return len(locked)


def restore_whole_bin(*, actor: Person) -> int:
    """Bring back all that lies in the actor's bin, a portion at a time; return how many (P2-14)."""
    viewer, restored = viewer_for(actor), 0
    last: UUID | None = None
    while True:
        waiting = recycled(viewer).order_by("pk")
        portion = list((waiting.filter(pk__gt=last) if last else waiting)[:PORTION])
        if not portion:
            return restored
        last = portion[-1].pk
        own = [resource for resource in portion if may_write(viewer, resource.owner_id)]
        restored += restore_from_recycle_bin(actor=actor, resources=own)


def clear_recycle_bin(*, actor: Person) -> int:
    """Delete for good what lies in the actor's bin and never was effective; return how many.

    What once was effective keeps its number and history and stays in the bin: to erase it, purge it.
    """
    viewer, deleted = viewer_for(actor), 0
    for resource in list(recycled(viewer).filter(index_number__isnull=True, published_at__isnull=True)):
        if may_write(viewer, resource.owner_id):
            deleted += _delete(actor, resource)
    return deleted


def _delete(actor: Person, resource: Resource) -> int:
    with transaction.atomic():
        resource = lock(resource)
        versions = ResourceVersion.objects.filter(resource=resource)
        if versions.filter(Q(became_effective_at__isnull=False) | Q(batch__isnull=False)).exists():
            return 0
        record(actor, "resource.deleted", resource)
        uncount(resource)
        resource.working_version = None
        resource.save(update_fields=["working_version"])
        versions.update(restored_from=None)
        versions.delete()
        resource.delete()
    return 1
