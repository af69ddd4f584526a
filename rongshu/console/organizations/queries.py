"""Organisations as one administrator may see them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.guards import get_one
from rongshu.organizations.models import Organization


def organizations_for(viewer: Viewer) -> QuerySet[Organization]:
    """Return the organisations whom the viewer manages, closed ones included."""
    if viewer.may("organization.manage"):
        return Organization.objects.all()
    return Organization.objects.filter(pk__in=viewer.organizations_with("organization.manage"))


def organization_for(viewer: Viewer, organization_id: UUID) -> Organization:
    """Return an organisation whom the viewer manages, or raise NotFound."""
    return get_one(organizations_for(viewer).select_related("parent", "region"), pk=organization_id)
