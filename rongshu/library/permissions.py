"""Who may do what to the library's things."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from rongshu.accounts.viewers import Viewer
from rongshu.library.models import Resource


def may_write(viewer: Viewer, owner_id: UUID) -> bool:
    """Whether the viewer may draft and change resources of this organisation."""
    return viewer.may("resource.write", organization_id=owner_id)


def may_write_all(viewer: Viewer, owner_ids: Iterable[UUID]) -> bool:
    """Whether the viewer may write for every one of these organisations."""
    return all(may_write(viewer, owner_id) for owner_id in owner_ids)


def may_approve(viewer: Viewer, resource: Resource) -> bool:
    """Whether the viewer may make a version of this resource effective."""
    return viewer.may("resource.approve", organization_id=resource.owner_id)


def may_withdraw(viewer: Viewer, resource: Resource) -> bool:
    """Whether the viewer may take this resource off every site."""
    return viewer.may("resource.withdraw", organization_id=resource.owner_id)


def may_purge(viewer: Viewer, resource: Resource) -> bool:
    """Whether the viewer may ask for the erasure of a version."""
    return viewer.may("resource.purge", organization_id=resource.owner_id)


def may_confirm_purge(viewer: Viewer, resource: Resource) -> bool:
    """Whether the viewer may be the second person of an erasure."""
    return viewer.may("resource.purge-confirm", organization_id=resource.owner_id)


def may_define(viewer: Viewer) -> bool:
    """Whether the viewer may change standards, types, fields and category schemes."""
    return viewer.may("platform.operate")
