"""Who follows which flow, as far as a viewer keeps flows; key periods and listed sources likewise."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.errors import NotFound
from rongshu.foundation.guards import get_one
from rongshu.newsroom.models import ExemptSource, FlowAssignment, KeyPeriod
from rongshu.newsroom.permissions import may_assign_flow
from rongshu.organizations.models import Organization
from rongshu.sites.models import Column
from rongshu.sites.queries import columns_for

_Scope = FlowAssignment.Scope


@dataclass(frozen=True)
class ShownAssignment:
    """An assignment with the name of its place."""

    assignment: FlowAssignment
    place: str
    may_end: bool


def assignments_for(viewer: Viewer) -> QuerySet[FlowAssignment]:
    """Return the assignments in force that the viewer may see: everyone's, and those of his places."""
    rows = FlowAssignment.objects.filter(ended_at__isnull=True).select_related("flow", "created_by")
    if viewer.holds_on_platform("flow.manage"):
        return rows
    units = viewer.organizations_with("flow.manage")
    columns = columns_for(viewer).values("pk")
    return rows.filter(
        Q(scope=_Scope.PLATFORM)
        | Q(scope=_Scope.ORGANIZATION, scope_id__in=units)
        | Q(scope=_Scope.COLUMN, scope_id__in=columns)
    )


def shown_assignments(viewer: Viewer) -> list[ShownAssignment]:
    """Return the assignments with the names of their places, the platform's first."""
    rows = list(assignments_for(viewer).order_by("scope", "way", "created_at")[:500])
    names = _names(rows)
    rows.sort(key=lambda row: row.scope != _Scope.PLATFORM)
    return [ShownAssignment(row, names.get(row.scope_id, "全平台"), _may_end(viewer, row)) for row in rows]


def assignment_for(viewer: Viewer, assignment_id: UUID) -> FlowAssignment:
    """Return an assignment, or raise `NotFound`."""
    return get_one(assignments_for(viewer), pk=assignment_id)


def key_periods_for(viewer: Viewer) -> QuerySet[KeyPeriod]:
    """Return the key periods that are for everyone or for the viewer's organisations."""
    rows = KeyPeriod.objects.select_related("flow", "created_by")
    if viewer.holds_on_platform("flow.manage"):
        return rows
    return rows.filter(
        Q(organization_id__isnull=True) | Q(organization_id__in=viewer.organizations_with("flow.manage"))
    )


def exempt_sources_for(viewer: Viewer) -> QuerySet[ExemptSource]:
    """Return the listed sources that are for everyone or for the viewer's organisations."""
    rows = ExemptSource.objects.select_related("flow", "created_by")
    if viewer.holds_on_platform("flow.manage"):
        return rows
    return rows.filter(
        Q(organization_id__isnull=True) | Q(organization_id__in=viewer.organizations_with("flow.manage"))
    )


def _may_end(viewer: Viewer, row: FlowAssignment) -> bool:
    if viewer.holds_on_platform("flow.manage"):
        return True
    with suppress(NotFound):  # of a column that is gone
        return may_assign_flow(viewer, row.scope, row.scope_id)
    return False


def _names(rows: Iterable[FlowAssignment]) -> dict[UUID | None, str]:
    ids = {row.scope_id for row in rows if row.scope_id is not None}
    named: dict[UUID | None, str] = dict(Organization.objects.filter(pk__in=ids).values_list("pk", "name"))
    columns = Column.objects.filter(pk__in=ids).values_list("pk", "site__name", "name")
    return named | {pk: f"{site} · {name}" for pk, site, name in columns}
