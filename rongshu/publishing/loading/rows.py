"""The rows pages are made of, read in bulk as plain tuples: a page needs no model instance."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from rongshu.library.models import Resource, ResourceVersion
from rongshu.sites.models import Placement

# What readers may see: 主动公开 and 依申请公开 (its entry), never 不予公开, whatever is placed.
OPEN_TO_READERS: Final = ("proactive", "on-request")
VISIBLE: Final = Q(state=Placement.State.SHOWING, resource__effective_version__open_type__in=OPEN_TO_READERS)
# One statement of a batch names at most this many ids.
_AT_ONCE: Final = 500


class PlacementRow(NamedTuple):
    """A placement, as lists and pages need it."""

    id: UUID
    resource_id: UUID
    site_id: UUID
    column_id: UUID
    state: str
    published_at: datetime
    display_title: str
    pin: int
    manual_order: int | None
    is_canonical: bool
    held_version_id: UUID | None
    created_at: datetime


class ResourceRow(NamedTuple):
    """A resource with the presentation of its type."""

    id: UUID
    type_id: UUID
    status: str
    presentation: str
    address: str | None
    published_at: datetime | None
    modified_at: datetime | None
    index_number: str | None
    legacy_index_number: str
    validity: str
    effective_on: date | None
    expires_on: date | None
    abolished_on: date | None
    effective_version_id: UUID | None
    open_type: str | None

    @property
    def is_effective(self) -> bool:
        """Whether readers may see it where it is placed."""
        return self.effective_version_id is not None and self.open_type in OPEN_TO_READERS


class VersionRow(NamedTuple):
    """The elements of a version without its body."""

    id: UUID
    title: str
    subtitle: str
    description: str
    keywords: list[str]
    content_source: str
    author: str
    editor: str
    theme_code: str
    genre_code: str
    audience: list[str]
    language: str
    image: str
    elements: dict[str, Any]
    attachments: list[dict[str, Any]]
    purged_at: datetime | None


_RESOURCE_FIELDS: Final = (
    "id", "type_id", "status", "type__presentation", "address", "published_at", "modified_at",
    "index_number", "legacy_index_number", "validity", "effective_on", "expires_on", "abolished_on",
    "effective_version_id", "effective_version__open_type",
)  # fmt: skip


def placement_rows(placements: QuerySet[Placement]) -> list[PlacementRow]:
    """Read placements as rows, in the order of the query."""
    return [PlacementRow(*row) for row in placements.values_list(*PlacementRow._fields)]


def placements_of(resource_ids: Iterable[UUID], site_id: UUID) -> dict[UUID, list[PlacementRow]]:
    """All placements of resources on a site, whatever their state, the oldest first."""
    found: dict[UUID, list[PlacementRow]] = {}
    for some in _chunks(resource_ids):
        placements = Placement.objects.filter(resource_id__in=some, site_id=site_id)
        for row in placement_rows(placements.order_by("created_at", "id")):
            found.setdefault(row.resource_id, []).append(row)
    return found


def resource_rows(resource_ids: Iterable[UUID]) -> dict[UUID, ResourceRow]:
    """Resources by id."""
    found = {}
    for some in _chunks(resource_ids):
        for row in Resource.objects.filter(pk__in=some).values_list(*_RESOURCE_FIELDS):
            found[row[0]] = ResourceRow(*row)
    return found


def version_rows(version_ids: Iterable[UUID]) -> dict[UUID, VersionRow]:
    """Versions by id, without bodies."""
    found = {}
    for some in _chunks(version_ids):
        for row in ResourceVersion.objects.filter(pk__in=some).values_list(*VersionRow._fields):
            found[row[0]] = VersionRow(*row)
    return found


def bodies(version_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The bodies of versions by id."""
    found: dict[UUID, str] = {}
    for some in _chunks(version_ids):
        found.update(ResourceVersion.objects.filter(pk__in=some).values_list("id", "body"))
    return found


def shown_version(
    placement: PlacementRow, resource: ResourceRow, versions: Mapping[UUID, VersionRow]
) -> VersionRow | None:
    """The version a placement shows: the one its column holds, else the effective one.

    A held version that was purged is gone: its owner replaced it, so the effective one shows.
    """
    if not resource.is_effective or resource.effective_version_id is None:
        return None
    held = versions.get(placement.held_version_id) if placement.held_version_id else None
    if held is not None and held.purged_at is None:
        return held
    return versions.get(resource.effective_version_id)


def versions_needed(
    placements: Iterable[PlacementRow], resources: Mapping[UUID, ResourceRow]
) -> dict[UUID, VersionRow]:
    """Read every version these placements may show."""
    wanted: set[UUID] = set()
    for placement in placements:
        resource = resources.get(placement.resource_id)
        if resource and resource.effective_version_id:
            wanted.add(resource.effective_version_id)
            if placement.held_version_id:
                wanted.add(placement.held_version_id)
    return version_rows(wanted)


def _chunks(ids: Iterable[UUID]) -> Iterable[Collection[UUID]]:
    known = list(dict.fromkeys(ids))
    for start in range(0, len(known), _AT_ONCE):
        yield known[start : start + _AT_ONCE]
