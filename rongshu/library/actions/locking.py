"""Locking: the first step of an action on something that exists."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from rongshu.foundation.errors import NotFound
from rongshu.library.models import Resource


def lock(resource: Resource) -> Resource:
    """Return the resource as it is now, locked until the transaction ends; raise `NotFound` when it is
    gone."""
    locked = Resource.objects.select_for_update().filter(pk=resource.pk).first()
    if locked is None:
        raise NotFound
    return locked


def lock_all(resource_ids: Iterable[UUID]) -> dict[UUID, Resource]:
    """Return several resources locked, always in the same order so that two bulk deeds can't deadlock."""
    rows = Resource.objects.select_for_update().filter(pk__in=list(resource_ids)).order_by("pk")
    return {row.pk: row for row in rows}
