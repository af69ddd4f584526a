"""Who may do what to dictionaries and findings."""

from __future__ import annotations

from uuid import UUID

from rongshu.accounts.viewers import Viewer
from rongshu.library.models import Resource


def may_manage_dictionary(viewer: Viewer, organization_id: UUID | None) -> bool:
    """Whether the viewer may change dictionaries of this organisation, or of the platform (None)."""
    return viewer.may("dictionary.manage", organization_id=organization_id)


def may_release(viewer: Viewer, resource: Resource) -> bool:
    """Whether the viewer may release severe findings of this resource."""
    return viewer.may("finding.release", organization_id=resource.owner_id)


def may_answer(viewer: Viewer, resource: Resource) -> bool:
    """Whether the viewer may answer findings: who writes or reviews there."""
    owner = resource.owner_id
    return any(
        viewer.may(one, organization_id=owner)
        for one in ("resource.write", "review.first", "review.second", "review.final", "proof.read")
    )
