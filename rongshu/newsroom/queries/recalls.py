"""The log of recalls, what can be recalled, and requests to erase."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.guards import get_one
from rongshu.library.models import Resource
from rongshu.newsroom.models import PurgeRequest, Recall


def recalls_for(viewer: Viewer) -> QuerySet[Recall]:
    """Return the recalls of the organisations whose drafts and reviews the viewer may see."""
    rows = Recall.objects.select_related("resource__working_version", "owner", "recalled_by", "restored_by")
    return rows if viewer.reads_everything else rows.filter(owner_id__among=viewer.reading_organization_ids)


def recall_for(viewer: Viewer, recall_id: UUID) -> Recall:
    """Return a recall, or raise `NotFound`."""
    return get_one(recalls_for(viewer), pk=recall_id)


def notices_of(resource_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return what readers are told of resources that are recalled now."""
    rows = Recall.objects.filter(resource_id__in=resource_ids, restored_at__isnull=True).exclude(notice="")
    return dict(rows.order_by("recalled_at").values_list("resource_id", "notice"))


def live_for(viewer: Viewer) -> QuerySet[Resource]:
    """Return what is out and the viewer may recall."""
    live = Resource.objects.filter(status=Resource.Status.EFFECTIVE).select_related(
        "effective_version", "owner", "type"
    )
    if viewer.holds_on_platform("resource.withdraw"):
        return live
    return live.filter(owner_id__among=viewer.organizations_with("resource.withdraw"))


def live_resource_for(viewer: Viewer, resource_id: UUID) -> Resource:
    """Return a resource the viewer may recall, or raise `NotFound`."""
    return get_one(live_for(viewer), pk=resource_id)


def purge_requests_for(viewer: Viewer) -> QuerySet[PurgeRequest]:
    """Return the requests to erase that the viewer made or may decide."""
    rows = PurgeRequest.objects.select_related("version__resource", "owner", "requested_by", "decided_by")
    if viewer.holds_on_platform("resource.purge-confirm", "resource.purge"):
        return rows
    owners = viewer.organizations_with("resource.purge-confirm") | viewer.organizations_with("resource.purge")
    return rows.filter(Q(owner_id__among=owners) | Q(requested_by_id=viewer.person_id))


def purge_request_for(viewer: Viewer, request_id: UUID) -> PurgeRequest:
    """Return a request, or raise `NotFound`."""
    return get_one(purge_requests_for(viewer), pk=request_id)
