"""The rows pages are made of, read in bulk as plain tuples: a page needs no model instance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from rongshu.foundation.installation import node_id
from rongshu.foundation.prepared import Prepared, Value
from rongshu.library.models import ResourceVersion
from rongshu.library.queries.origins import Origin, origins_of
from rongshu.publishing.queries.renditions import Rendition, renditions_of
from rongshu.sites.models import Placement

# What readers may see: 主动公开 and 依申请公开 (its entry), never 不予公开, whatever is placed.
OPEN_TO_READERS: Final = ("proactive", "on-request")
VISIBLE: Final = Q(state=Placement.State.SHOWING, resource__effective_version__open_type__in=OPEN_TO_READERS)
# What a body or an element calls a file of its version.
REFERENCE: Final = "attachment:"
# One statement of a batch names at most this many ids.
AT_ONCE: Final = 500


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


class ResourceRow(NamedTuple):
    """A resource with the presentation of its type; lists leave out what only its own page shows."""

    id: UUID
    address: str | None
    published_at: datetime | None
    modified_at: datetime | None
    validity: str
    open_type: str | None
    presentation: str
    index_number: str | None
    legacy_index_number: str
    origin_node: UUID
    type_id: UUID | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    abolished_on: date | None = None

    @property
    def is_effective(self) -> bool:
        """Whether readers may see it where it is placed (no effective version, no open type)."""
        return self.open_type in OPEN_TO_READERS


class VersionRow(NamedTuple):
    """The elements of a version; lists leave out what only its own page shows."""

    id: UUID
    title: str
    description: str
    image: str
    content_source: str
    elements: dict[str, Any]
    attachments: list[dict[str, Any]]
    purged_at: datetime | None
    subtitle: str = ""
    keywords: Sequence[str] = ()
    author: str = ""
    editor: str = ""
    theme_code: str = ""
    genre_code: str = ""
    audience: Sequence[str] = ()
    language: str = ""
    body: str = ""


class Joined(NamedTuple):
    """A placement with its resource and the version it shows, if readers may see one.

    `origin`: whose the resource is, when another node owns it.
    """

    placement: PlacementRow
    resource: ResourceRow
    version: VersionRow | None
    origin: Origin | None = None

    @property
    def is_visible(self) -> bool:
        """Whether readers see it in this place now."""
        is_showing = self.placement.state == Placement.State.SHOWING
        return is_showing and self.version is not None and self.resource.address is not None


_PLACEMENT: Final = PlacementRow._fields
_RESOURCE: Final = (
    "resource_id", "resource__address", "resource__published_at", "resource__modified_at",
    "resource__validity", "resource__effective_version__open_type", "resource__type__presentation",
    "resource__index_number", "resource__legacy_index_number", "resource__origin_node", "resource__type_id",
    "resource__effective_on", "resource__expires_on", "resource__abolished_on",
)  # fmt: skip
_VERSION: Final = VersionRow._fields
_LISTED_RESOURCE: Final = 10
_LISTED_VERSION: Final = 8
_EFFECTIVE: Final = tuple(f"resource__effective_version__{name}" for name in _VERSION)


def joined(placements: QuerySet[Placement], *, in_full: bool = False) -> list[Joined]:
    """Read placements with what they show, in the order of the query: one statement for all.

    `in_full`: with everything a resource's own page needs, its body included; else what a list needs.
    """
    return _join(placements.values_list(*_fields(in_full=in_full)), in_full=in_full)


class PreparedJoin:
    """`joined` for a query that is asked again and again."""

    def __init__(self, placements: Callable[..., QuerySet[Placement]], *, in_full: bool = False) -> None:
        self._in_full, fields = in_full, _fields(in_full=in_full)
        self._query = Prepared(lambda *values: placements(*values).values_list(*fields))

    def rows(self, *values: Value) -> list[Joined]:
        """Read the placements for these values with what they show."""
        return _join(self._query.rows(*values), in_full=self._in_full)


def _fields(*, in_full: bool) -> tuple[str, ...]:
    resource_fields = _RESOURCE if in_full else _RESOURCE[:_LISTED_RESOURCE]
    version_fields = _EFFECTIVE if in_full else _EFFECTIVE[:_LISTED_VERSION]
    return *_PLACEMENT, *resource_fields, *version_fields


def _join(rows: Iterable[Sequence[Any]], *, in_full: bool) -> list[Joined]:
    first = len(_PLACEMENT)
    second = first + (len(_RESOURCE) if in_full else _LISTED_RESOURCE)
    found = []
    for row in rows:
        version = VersionRow(*row[second:]) if row[second] is not None else None
        resource = ResourceRow(*row[first:second])
        found.append(Joined(PlacementRow(*row[:first]), resource, version if resource.is_effective else None))
    return _with_origins(_with_renditions(_with_held(found, in_full=in_full), in_full=in_full))


def joined_of(resource_ids: Iterable[UUID], site_id: UUID, *, in_full: bool = False) -> list[Joined]:
    """All placements of resources on a site, whatever their state, the oldest first."""
    found: list[Joined] = []
    known = list(dict.fromkeys(resource_ids))
    for start in range(0, len(known), AT_ONCE):
        found += (_OF_IN_FULL if in_full else _OF).rows(known[start : start + AT_ONCE], site_id)
    return found


def _placed(resource_ids: Sequence[UUID], site_id: UUID) -> QuerySet[Placement]:
    rows = Placement.objects.filter(resource_id__in=resource_ids, site_id=site_id)
    return rows.order_by("created_at", "id")


_OF: Final = PreparedJoin(_placed)
_OF_IN_FULL: Final = PreparedJoin(_placed, in_full=True)


def _with_held(found: list[Joined], *, in_full: bool) -> list[Joined]:
    """Put the versions that columns hold in the place of the effective ones.

    A held version that was purged is gone: its owner replaced it, so the effective one shows.
    """
    wanted = {one.placement.held_version_id for one in found if one.placement.held_version_id and one.version}
    if not wanted:
        return found
    fields = _VERSION if in_full else _VERSION[:_LISTED_VERSION]
    rows = ResourceVersion.objects.filter(pk__in=wanted, purged_at=None).values_list(*fields)
    held = {row[0]: VersionRow(*row) for row in rows}
    return [
        one._replace(version=held.get(one.placement.held_version_id, one.version)) if one.version else one
        for one in found
    ]


def _with_renditions(found: list[Joined], *, in_full: bool) -> list[Joined]:
    """Let the pictures that will be shown know their sizes: all of them, or for lists the title picture."""
    wanted = {digest for one in found if one.version for digest in _shown_pictures(one.version, in_full)}
    sizes = renditions_of(wanted)
    if not sizes:
        return found
    return [
        one._replace(version=_sized(one.version, sizes)) if one.version is not None else one for one in found
    ]


def _with_origins(found: list[Joined]) -> list[Joined]:
    """Say of what other nodes own whose it is; of our own nothing is asked."""
    own = node_id()
    origins = origins_of([one.resource.id for one in found if one.resource.origin_node != own])
    if not origins:
        return found
    return [one._replace(origin=origins.get(one.resource.id)) for one in found]


def _shown_pictures(version: VersionRow, in_full: bool) -> Iterator[str]:
    if in_full:
        for file in version.attachments:
            if str(file.get("media_type", "")).startswith("image/"):
                yield str(file.get("digest"))
    elif version.image.startswith(REFERENCE):
        yield version.image.removeprefix(REFERENCE)


def _sized(version: VersionRow, sizes: Mapping[str, list[Rendition]]) -> VersionRow:
    files = [
        {**file, "renditions": sizes[file["digest"]]} if file.get("digest") in sizes else file
        for file in version.attachments
    ]
    return version._replace(attachments=files)
