"""Watermarks of units: whose is whose, and what holds for a unit."""

from __future__ import annotations

from django.db.models import QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.newsroom.models.drafting import Watermark
from rongshu.newsroom.pictures import Mark
from rongshu.organizations.models import Organization
from rongshu.organizations.queries import ids_in_path

KEEPS = "organization.manage"


def watermarks_for(viewer: Viewer) -> QuerySet[Watermark]:
    """Return the watermarks of the units the viewer manages."""
    return Watermark.objects.filter(owner__in=units_for(viewer)).select_related("owner")


def units_for(viewer: Viewer) -> QuerySet[Organization]:
    """Return the active units whose watermark the viewer may set."""
    active = Organization.objects.filter(status=Organization.Status.ACTIVE)
    if viewer.holds_on_platform(KEEPS):
        return active
    return active.filter(pk__in=viewer.organizations_with(KEEPS))


def watermark_of(unit: Organization) -> Watermark | None:
    """Return the watermark that holds for a unit: its own, or that of the nearest unit above."""
    line = ids_in_path(unit.path)
    found = {one.owner_id: one for one in Watermark.objects.filter(owner_id__in=line)}
    return next((found[one] for one in reversed(line) if one in found), None)


def mark_of(unit: Organization) -> Mark:
    """Return what is written over a unit's pictures; its name in the lower right corner by default."""
    row = watermark_of(unit)
    return mark_from(row, unit) if row is not None else Mark(unit.name)


def mark_from(row: Watermark, unit: Organization) -> Mark:
    """Return what a watermark writes over the pictures of a unit."""
    return Mark(row.text or unit.name, row.place, row.strength, row.size)
