"""What the origin of a foreign resource did with it, done here too: withdrawn, reinstated, erased.

The deed was decided at the origin, and its signature was verified before; here it acts at once.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from django.db import transaction

from rongshu.foundation import clock
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.events import announce
from rongshu.library.actions.changing_validity import facts_of
from rongshu.library.actions.following_relations import refresh_targets
from rongshu.library.actions.locking import lock
from rongshu.library.actions.purge_version import erase_content, erase_files, release_files, take_out
from rongshu.library.actions.withdraw_resource import BY_ORIGIN
from rongshu.library.events import (
    ResourceReinstated,
    ResourceValidityChanged,
    ResourceWithdrawn,
    VersionPurged,
)
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.queries.approvals import reusable_approval
from rongshu.library.validity import ABOLISHED, EXPIRED

WITHDRAWN_BY_ORIGIN = f"{BY_ORIGIN}已撤回"
_ENDED = frozenset({ABOLISHED, EXPIRED})
_STATE = ("status", "effective_version", "effective_approval", "withdrawn_at", "withdrawn_reason")


def withdraw_by_origin(*, actor: Actor, resource: Resource, reason: str = WITHDRAWN_BY_ORIGIN) -> Resource:
    """Take a foreign resource off every site, also one that was only waiting for approval."""
    with transaction.atomic():
        resource = lock(resource)
        before = resource.effective_version.digest if resource.effective_version else ""
        resource.status, resource.withdrawn_at = Resource.Status.WITHDRAWN, clock.now()
        resource.effective_version, resource.effective_approval = None, None
        resource.withdrawn_reason = reason[:300]
        resource.save(update_fields=_STATE)
        record(actor, "resource.withdrawn", resource, before=before, reason=reason)
        if before:
            announce(ResourceWithdrawn(resource_id=resource.pk))
            refresh_targets([resource.pk])
    return resource


def allow_by_origin(*, actor: Actor, resource: Resource) -> Resource:
    """Lift a withdrawal of the origin's: a version that comes now may become effective again."""
    with transaction.atomic():
        resource = lock(resource)
        resource.status = Resource.Status.IN_REVIEW
        resource.withdrawn_at, resource.withdrawn_reason = None, ""
        resource.save(update_fields=_STATE)
        record(actor, "resource.withdrawal-lifted", resource)
    return resource


def reinstate_by_origin(*, actor: Actor, resource: Resource, version: ResourceVersion) -> bool:
    """Make the version that stood before the origin's withdrawal effective again, under the approval it had.

    Return False where it has none (it never became effective here): then it waits as before.
    """
    with transaction.atomic():
        resource = lock(resource)
        approval = reusable_approval(version)
        if approval is None or version.purged_at is not None:
            allow_by_origin(actor=actor, resource=resource)
            return False
        resource.status = Resource.Status.EFFECTIVE
        resource.effective_version, resource.effective_approval = version, approval
        resource.withdrawn_at, resource.withdrawn_reason = None, ""
        resource.save(update_fields=_STATE)
        record(actor, "resource.reinstated", resource, after=version.digest)
        announce(ResourceReinstated(resource_id=resource.pk, version_id=version.pk))
        refresh_targets([resource.pk])
    return True


def mark_by_origin(*, actor: Actor, resource: Resource, validity: str) -> bool:
    """Let the mark 时效性 be what the origin says, who knows what amended or abolished the document.

    What has ended by its own dates stays ended, whatever the origin said before. Return whether it changed.
    """
    with transaction.atomic():
        resource, before = lock(resource), resource.validity
        if resource.effective_version is None or not before or validity not in Resource.Validity.values:
            return False
        own = facts_of(resource, resource.effective_version.elements.get("Aging", "")).on(clock.today())
        resource.validity = own if own in _ENDED else validity
        if resource.validity == before:
            return False
        resource.save(update_fields=["validity"])
        record(actor, "resource.validity-changed", resource, before=before, after=resource.validity)
        announce(ResourceValidityChanged(resource_id=resource.pk))
    return True


def erase_by_origin(
    *,
    actor: Actor,
    resource: Resource,
    digests: Collection[str] | None = None,
    reason: str = "来源节点已清除",
) -> int:
    """Erase versions of a foreign resource for good, those of `digests` or all; return how many."""
    with transaction.atomic():
        resource = lock(resource)
        versions = ResourceVersion.objects.filter(resource=resource, purged_at__isnull=True)
        if digests is not None:
            versions = versions.filter(digest__in=digests)
        erased = [_erase(actor, resource, version, reason) for version in versions.order_by("number")]
        transaction.on_commit(partial(erase_files, [file for files in erased for file in files]))
    return len(erased)


def _erase(actor: Actor, resource: Resource, version: ResourceVersion, reason: str) -> list[str]:
    was_effective = resource.effective_version_id == version.pk
    take_out(resource, version)
    erase_content(version)
    files = release_files(version)
    record(
        actor, "version.purged", resource, before=version.digest, reason=reason, number=version.number,
        files=len(files),
    )  # fmt: skip
    announce(VersionPurged(resource_id=resource.pk, version_id=version.pk))
    if was_effective:
        announce(ResourceWithdrawn(resource_id=resource.pk))
    return files
