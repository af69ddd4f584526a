"""Erasing what must not exist: the body of a version and the files nobody else uses, everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock, storage
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.events import announce
from rongshu.library.actions.fingerprinting import forget_fingerprint
from rongshu.library.actions.locking import lock
from rongshu.library.errors import AlreadyPurged, SecondPersonNeeded
from rongshu.library.events import ResourceWithdrawn, VersionPurged
from rongshu.library.models import Resource, ResourceVersion, StoredFile, Tombstone, VersionFile
from rongshu.library.permissions import may_confirm_purge, may_purge


def purge_version(*, actor: Person, confirmed_by: Person, version: ResourceVersion, reason: str) -> Tombstone:
    """Erase a version for good: title, text, elements, fingerprint and the files no other version uses.

    Digest, numbers, audit record and tombstone stay. An effective version is withdrawn by it. What the same
    content was copied to (restored versions) is another version, purged by itself.
    Raise `NotAllowed`, `SecondPersonNeeded`, `AlreadyPurged`.
    """
    if not reason.strip():
        raise InvalidInput("请填写清除原因。", fields={"reason": "必须填写"})
    with transaction.atomic():
        resource = lock(version.resource)
        require(may_purge(viewer_for(actor), resource))
        _check_second_person(actor, confirmed_by, resource)
        version = ResourceVersion.objects.get(pk=version.pk)
        if version.purged_at is not None:
            raise AlreadyPurged
        was_effective = resource.effective_version_id == version.pk
        take_out(resource, version)
        erase_content(version)
        files = release_files(version)
        tombstone = _tombstone(resource, version, actor, confirmed_by, reason)
        record(
            actor, "version.purged", resource, before=version.digest, reason=reason,
            confirmed_by=confirmed_by.handle, number=version.number, files=len(files),
        )  # fmt: skip
        announce(VersionPurged(resource_id=resource.pk, version_id=version.pk), actor_id=actor.id)
        if was_effective:
            announce(ResourceWithdrawn(resource_id=resource.pk), actor_id=actor.id)
        # After the commit: a file erased for a purge that was rolled back could not be brought back.
        transaction.on_commit(partial(erase_files, files))
    return tombstone


def _check_second_person(actor: Person, confirmed_by: Person, resource: Resource) -> None:
    if confirmed_by.pk == actor.pk or not may_confirm_purge(viewer_for(confirmed_by), resource):
        raise SecondPersonNeeded


def take_out(resource: Resource, version: ResourceVersion) -> None:
    """Let a locked resource go on without this version."""
    if resource.effective_version_id == version.pk:
        resource.effective_version, resource.effective_approval = None, None
        resource.withdrawn_at, resource.withdrawn_reason = clock.now(), "内容已清除"
        resource.status = Resource.Status.WITHDRAWN
    others = ResourceVersion.objects.filter(resource=resource, purged_at__isnull=True).exclude(pk=version.pk)
    if not others.exists():
        resource.status = Resource.Status.PURGED
    if resource.working_version_id == version.pk:
        resource.working_version = others.order_by("-number").first()
    resource.save(
        update_fields=[
            "effective_version", "effective_approval", "withdrawn_at", "withdrawn_reason", "status",
            "working_version",
        ]
    )  # fmt: skip


_TEXTS = (
    "title", "subtitle", "description", "body", "content_source", "author", "editor", "image", "external_key",
)  # fmt: skip


def erase_content(version: ResourceVersion) -> None:
    """Empty every text and list of a version; digest and numbers stay."""
    erased_texts = dict.fromkeys(_TEXTS, "")
    erased_lists: dict[str, list[object]] = {name: [] for name in ("keywords", "attachments", "flags")}
    ResourceVersion.objects.filter(pk=version.pk).update(
        **erased_texts, **erased_lists, elements={}, derived={}, purged_at=clock.now()
    )
    forget_fingerprint(version)


def release_files(version: ResourceVersion) -> list[str]:
    """Drop the version's uses and return the digests that no version uses any more."""
    digests = set(VersionFile.objects.filter(version=version).values_list("file_id", flat=True))
    VersionFile.objects.filter(version=version).delete()
    still_used = set(VersionFile.objects.filter(file_id__in=digests).values_list("file_id", flat=True))
    gone = sorted(digests - still_used)
    StoredFile.objects.filter(digest__in=gone).update(erased_at=clock.now())
    return gone


def erase_files(digests: Iterable[str]) -> None:
    """Erase contents from the store; after the commit."""
    for digest in digests:
        storage.erase(digest)


def _tombstone(
    resource: Resource, version: ResourceVersion, actor: Person, confirmed_by: Person, reason: str
) -> Tombstone:
    return Tombstone.objects.create(
        resource=resource,
        version_digest=version.digest,
        version_number=version.number,
        index_number=resource.index_number or "",
        reason=reason[:300],
        purged_by=actor,
        confirmed_by=confirmed_by,
    )
