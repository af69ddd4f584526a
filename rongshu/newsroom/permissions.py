"""Who may act on which step, publish, recall, and keep flows."""

from __future__ import annotations

from uuid import UUID

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.errors import NotFound
from rongshu.library.models import Resource
from rongshu.library.permissions import may_write
from rongshu.newsroom.models import FlowAssignment, Review, ReviewPlace, ReviewStep
from rongshu.sites.models import Column
from rongshu.sites.permissions import may_in_column

FINAL = "review.final"


def holds_at(viewer: Viewer, capability: str, review: Review) -> bool:
    """Whether a capability reaches a case: by its owner, or by a column it is placed in on the owner's site.

    A case of a column is a matter of that column alone.
    """
    if review.column_id is not None:
        return may_in_column(viewer, capability, _column(review.column_id))
    if viewer.may(capability, organization_id=review.owner_id):
        return True
    if not (viewer.site_ids or viewer.column_ids):
        return False
    places = ReviewPlace.objects.filter(review=review, is_own=True).select_related("column__site")
    return any(may_in_column(viewer, capability, place.column) for place in places)


def may_take_step(viewer: Viewer, step: ReviewStep, review: Review) -> bool:
    """Whether the viewer may act on an open step: he holds its capability and it is not another's."""
    if step.assignee_id is not None and step.assignee_id != viewer.person_id:
        return False
    return holds_at(viewer, step.capability, review)


def may_publish(viewer: Viewer, review: Review) -> bool:
    """Whether the viewer may publish, or send back, what has passed every step."""
    if review.column_id is not None:
        return holds_at(viewer, "placement.approve", review) or holds_at(viewer, FINAL, review)
    return holds_at(viewer, "piece.publish", review) or holds_at(viewer, FINAL, review)


def may_submit(viewer: Viewer, resource: Resource) -> bool:
    """Whether the viewer may submit a resource, and take it back from review."""
    return may_write(viewer, resource.owner_id)


def may_keep_flows(viewer: Viewer, organization_id: UUID | None) -> bool:
    """Whether the viewer may define flows and say which apply; None is the platform."""
    return viewer.may("flow.manage", organization_id=organization_id)


def may_keep_unit_flows(viewer: Viewer) -> bool:
    """Whether the viewer keeps flows of the platform or of any unit; a site's keeper does not."""
    return viewer.holds_on_platform("flow.manage") or bool(viewer.organizations_with("flow.manage"))


def may_assign_flow(viewer: Viewer, scope: str, scope_id: UUID | None) -> bool:
    """Whether the viewer may say which flow applies there, or end that. Raise `NotFound` for no column."""
    if scope != FlowAssignment.Scope.COLUMN:
        return may_keep_flows(viewer, scope_id)
    column = Column.objects.select_related("site").filter(pk=scope_id).first() if scope_id else None
    if column is None:
        raise NotFound
    return may_keep_column_flow(viewer, column)


def may_keep_column_flow(viewer: Viewer, column: Column) -> bool:
    """Whether the viewer may say which flow a column asks for."""
    return may_in_column(viewer, "flow.manage", column) or may_in_column(viewer, "column.manage", column)


def _column(column_id: UUID) -> Column:
    return Column.objects.select_related("site").get(pk=column_id)
