"""Who may do what to the library's things."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from rongshu.accounts.viewers import Viewer
from rongshu.library.models import Resource

_SIGNING: Final = ("resource.approve", "review.first", "review.second", "review.final")


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


def may_give_mandates(viewer: Viewer, site_id: UUID, sponsor_id: UUID | None = None) -> bool:
    """Whether the viewer may let what comes to a site be approved beforehand by persons he names."""
    manages = viewer.may("site.manage", site_id=site_id, organization_id=sponsor_id)
    return manages or may_sign_mandates(viewer, site_id)


def may_sign_mandates(viewer: Viewer, site_id: UUID) -> bool:
    """Whether the viewer may approve beforehand what comes to a site.

    Whether he may approve for the owners of what comes is asked again when a batch uses the mandate.
    """
    return viewer.may("placement.approve", site_id=site_id) or any(
        viewer.organizations_with(capability) for capability in _SIGNING
    )
