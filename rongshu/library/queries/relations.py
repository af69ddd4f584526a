"""The relations of a resource as a page shows them: both ways, effective and visible partners only."""

from __future__ import annotations

from dataclasses import dataclass

from rongshu.accounts.viewers import Viewer
from rongshu.library.models import Resource, ResourceRelation
from rongshu.library.queries.visibility import visible


@dataclass(frozen=True)
class Partner:
    """A resource related to another: "interprets" from here, "interpreted-by" seen from the target."""

    relation: str
    label: str
    resource: Resource


_FROM_TARGET = {
    "interprets": ("interpreted-by", "解读"),
    "amends": ("amended-by", "被修改"),
    "abolishes": ("abolished-by", "被废止"),
    "replaces": ("replaced-by", "被替代"),
    "based-on": ("basis-of", "据此制定"),
    "near-duplicate": ("near-duplicate", "近似"),
}


def partners_of(viewer: Viewer, resource: Resource) -> list[Partner]:
    """Return what a resource is related to, outgoing relations first, oldest first."""
    rows = ResourceRelation.objects.order_by("created_at", "pk").select_related(
        "source__effective_version", "target__effective_version", "source__type", "target__type"
    )
    seen = visible(viewer).filter(effective_version__isnull=False)
    outgoing = rows.filter(source=resource, target__in=seen)
    incoming = rows.filter(target=resource, source__in=seen)
    return [Partner(row.kind, row.get_kind_display(), row.target) for row in outgoing] + [
        Partner(*_FROM_TARGET[row.kind], row.source) for row in incoming
    ]
