"""What a viewer may see: his scopes, and what is effective and shared. Anything else is as good as absent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.errors import NotFound
from rongshu.foundation.guards import get_one
from rongshu.library.models import Resource, ResourceVersion, ShareGrant
from rongshu.library.models.versions import ShareType

_ScopeClause = Callable[[Viewer], Q | None]
_scope_clauses: Final[list[_ScopeClause]] = []


def register_scope_clause(clause: _ScopeClause) -> None:
    """Let a higher app bring more resources into a viewer's scope; None where it has none for him."""
    if clause not in _scope_clauses:
        _scope_clauses.append(clause)


def visible(viewer: Viewer) -> QuerySet[Resource]:
    """Return the resources in the viewer's scopes, and effective ones shared with everyone or with his
    units."""
    resources = Resource.objects.filter(recycled_at__isnull=True)
    if viewer.reads_everything:
        return resources
    return resources.filter(_in_scope(viewer) | _shared(viewer))


def in_scope(viewer: Viewer) -> QuerySet[Resource]:
    """Return the resources whose drafts, reviews and counts are the viewer's to see, too."""
    resources = Resource.objects.filter(recycled_at__isnull=True)
    return resources if viewer.reads_everything else resources.filter(_in_scope(viewer))


def recycled(viewer: Viewer) -> QuerySet[Resource]:
    """Return what lies in the recycle bin of the viewer's organisations."""
    binned = Resource.objects.filter(recycled_at__isnull=False)
    return binned if viewer.reads_everything else binned.filter(_in_scope(viewer))


def get_resource_for(viewer: Viewer, resource_id: UUID) -> Resource:
    """Return the resource; an absent one and one that is not the viewer's are the same `NotFound`."""
    return get_one(visible(viewer), pk=resource_id)


def get_version_for(viewer: Viewer, version_id: UUID) -> ResourceVersion:
    """Return a version: any one of the viewer's own resources, the effective one of others'."""
    version = ResourceVersion.objects.select_related("resource").filter(pk=version_id).first()
    if version is None or not _may_read(viewer, version):
        raise NotFound
    return version


def may_see_drafts(viewer: Viewer, organization_id: UUID) -> bool:
    """Whether drafts, reviews and counts of this organisation are the viewer's to see."""
    return viewer.reads_everything or organization_id in viewer.reading_organization_ids


def _may_read(viewer: Viewer, version: ResourceVersion) -> bool:
    resource = version.resource
    if in_scope(viewer).filter(pk=resource.pk).exists():
        return True
    is_effective = resource.effective_version_id == version.pk
    return is_effective and visible(viewer).filter(pk=resource.pk).exists()


def _in_scope(viewer: Viewer) -> Q:
    """What his organisations own, what he began himself, and what higher apps add (what is on his sites)."""
    scope = Q(owner_id__among=viewer.reading_organization_ids)
    if viewer.person_id is not None:
        scope |= Q(created_by_id=viewer.person_id)
    for clause in _scope_clauses:
        added = clause(viewer)
        scope = scope if added is None else scope | added
    return scope


def _shared(viewer: Viewer) -> Q:
    is_granted = Exists(
        ShareGrant.objects.filter(
            resource=OuterRef("pk"), organization_id__among=_units_of(viewer), revoked_at__isnull=True
        )
    )
    return Q(status=Resource.Status.EFFECTIVE) & (
        Q(share_type=ShareType.UNCONDITIONAL) | (Q(share_type=ShareType.CONDITIONAL) & Q(is_granted))
    )


def _units_of(viewer: Viewer) -> frozenset[UUID]:
    home = viewer.home_organization_id
    return viewer.organization_ids | ({home} if home else frozenset())
