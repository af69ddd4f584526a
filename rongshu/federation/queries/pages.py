"""Where readers find a resource of this node."""

from __future__ import annotations

from uuid import UUID

from rongshu.sites.models import Placement


def page_of(resource_id: UUID) -> str | None:
    """Return the address of the canonical page of an effective resource; None where it has no page."""
    placement = (
        Placement.objects.filter(
            resource_id=resource_id, is_canonical=True, state=Placement.State.SHOWING,
            resource__effective_version__isnull=False,
        )
        .select_related("site", "resource")
        .first()
    )  # fmt: skip
    if placement is None:
        return None
    return f"{placement.site.base_url.rstrip('/')}/a/{placement.resource.address}.html"
