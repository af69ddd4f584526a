"""Locking: the first step of an action on something that exists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db import connection

from rongshu.foundation.errors import NotFound
from rongshu.foundation.prepared import Prepared, PreparedModels
from rongshu.library.models import Resource, ResourceVersion


def lock(resource: Resource) -> Resource:
    """Return the resource as it is now, locked until the transaction ends; raise `NotFound` when it is
    gone."""
    return _found(_LOCKED.one(resource.pk))


def version_now(version_id: UUID) -> ResourceVersion:
    """Return a version as it is now; raise `NotFound` when it is gone."""
    version = _VERSION.one(version_id)
    if version is None:
        raise NotFound
    return version


def read_again(version: ResourceVersion) -> ResourceVersion:
    """Return a version read a moment ago, with what may have changed of it since: whether it was erased."""
    found = _PASSING.rows(version.pk)
    if not found:
        raise NotFound
    version.purged_at, version.became_effective_at = found[0]
    return version


_PASSING: Final = Prepared(
    lambda key: ResourceVersion.objects.filter(pk=key).values_list("purged_at", "became_effective_at")
)
_VERSION: Final = PreparedModels(lambda key: ResourceVersion.objects.filter(pk=key))
_LOCKED: Final = PreparedModels(lambda key: Resource.objects.select_for_update().filter(pk=key))


def _found(resource: Resource | None) -> Resource:
    if resource is None:
        raise NotFound
    return resource


def lock_all(resource_ids: Iterable[UUID]) -> dict[UUID, Resource]:
    """Return several resources locked, always in the same order so that two bulk deeds can't deadlock."""
    rows = Resource.objects.select_for_update().filter(pk__in=list(resource_ids)).order_by("pk")
    return {row.pk: row for row in rows}


def wait_for_others_with(text_digests: Iterable[str]) -> None:
    """Wait until no other transaction is storing one of these texts, and let others wait until the end.

    SQLite has one writer; on PostgreSQL two runs could both look and both find nothing. The locks are
    taken in one order, so that two portions can't wait for each other.
    """
    keys = {int(digest[-16:], 16) - 2**63 for digest in text_digests}
    if keys and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(key) FROM (SELECT unnest(%s::bigint[]) AS key ORDER BY 1) AS t",
                [sorted(keys)],
            )
