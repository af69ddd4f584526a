"""What a viewer may see: his scopes, and what is effective and shared. Anything else is as good as absent."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.errors import NotFound
from rongshu.library.models import Resource, ResourceVersion, ShareGrant
from rongshu.library.models.versions import ShareType


def visible(viewer: Viewer) -> QuerySet[Resource]:
    """Return the resources in the viewer's scopes, and effective ones shared with everyone or with his
    units."""
    resources = Resource.objects.filter(recycled_at__isnull=True)
    if viewer.is_platform:
        return resources
    return resources.filter(_in_scope(viewer) | _shared(viewer))


def recycled(viewer: Viewer) -> QuerySet[Resource]:
    """Return what lies in the recycle bin of the viewer's organisations."""
    binned = Resource.objects.filter(recycled_at__isnull=False)
    return binned if viewer.is_platform else binned.filter(_in_scope(viewer))


def get_resource_for(viewer: Viewer, resource_id: UUID) -> Resource:
    """Return the resource; an absent one and one that is not the viewer's are the same `NotFound`."""
    found = visible(viewer).filter(pk=resource_id).first()
    if found is None:
        raise NotFound
    return found


def get_version_for(viewer: Viewer, version_id: UUID) -> ResourceVersion:
    """Return a version: any one of the viewer's own resources, the effective one of others'."""
    version = ResourceVersion.objects.select_related("resource").filter(pk=version_id).first()
    if version is None or not _may_read(viewer, version):
        raise NotFound
    return version


def may_see_drafts(viewer: Viewer, organization_id: UUID) -> bool:
    """Whether drafts, reviews and counts of this organisation are the viewer's to see."""
    return viewer.is_platform or organization_id in viewer.organization_ids


def _may_read(viewer: Viewer, version: ResourceVersion) -> bool:
    resource = version.resource
    if not visible(viewer).filter(pk=resource.pk).exists():
        return False
    return may_see_drafts(viewer, resource.owner_id) or resource.effective_version_id == version.pk


def _in_scope(viewer: Viewer) -> Q:
    return Q(owner_id__in=viewer.organization_ids)


def _shared(viewer: Viewer) -> Q:
    is_granted = Exists(
        ShareGrant.objects.filter(
            resource=OuterRef("pk"), organization_id__in=_units_of(viewer), revoked_at__isnull=True
        )
    )
    return Q(status=Resource.Status.EFFECTIVE) & (
        Q(share_type=ShareType.UNCONDITIONAL) | (Q(share_type=ShareType.CONDITIONAL) & Q(is_granted))
    )


def _units_of(viewer: Viewer) -> frozenset[UUID]:
    home = viewer.home_organization_id
    return viewer.organization_ids | ({home} if home else frozenset())
