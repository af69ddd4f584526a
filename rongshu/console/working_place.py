"""The one unit or site a person has narrowed his lists to, and the kinds of places there are to choose from.

Narrowing hides; it opens nothing: a list filters what the viewer may see anyway.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from rongshu.accounts.models import Person
from rongshu.accounts.viewers import Viewer
from rongshu.console.one_page import asked_once
from rongshu.console.queries import preference_of
from rongshu.foundation.errors import NotFound
from rongshu.organizations.models import Organization
from rongshu.organizations.queries import subtree_ids_of

UNIT: Final = "organization"
SITE: Final = "site"
Narrow = Callable[[QuerySet[Any], UUID], QuerySet[Any]]


@dataclasses.dataclass(frozen=True)
class Place:
    """A unit with all below it, or a site."""

    kind: str
    id: UUID
    name: str

    @property
    def value(self) -> str:
        """How a button names it."""
        return f"{self.kind}:{self.id}"


@dataclasses.dataclass(frozen=True)
class PlaceKind:
    """A kind of places: `rows` are those of a viewer; they have a primary key and a `name`."""

    kind: str
    label: str
    rows: Callable[[Viewer], QuerySet[Any]]
    order: str = "name"


_kinds: dict[str, PlaceKind] = {}


def register_places(kind: PlaceKind) -> None:
    """Add a kind of places; called from an AppConfig.ready."""
    _kinds[kind.kind] = kind


def places_named(viewer: Viewer, words: str, most: int) -> list[tuple[str, Sequence[Place]]]:
    """Return, kind by kind, the viewer's places whose names hold the words."""
    found: list[tuple[str, Sequence[Place]]] = []
    for kind in _kinds.values():
        rows = kind.rows(viewer).filter(name__icontains=words.strip()).order_by(kind.order)
        places = [Place(kind.kind, pk, name) for pk, name in rows.values_list("pk", "name")[:most]]
        if places:
            found.append((kind.label, places))
    return found


def get_place_for(viewer: Viewer, kind: str, place_id: UUID) -> Place:
    """Return a place of the viewer's; raise `NotFound` for any other."""
    known = _kinds.get(kind)
    name = known.rows(viewer).filter(pk=place_id).values_list("name", flat=True).first() if known else None
    if name is None:
        raise NotFound
    return Place(kind, place_id, name)


def has_places(viewer: Viewer) -> bool:
    """Whether there is anything for the viewer to choose between."""
    return bool(viewer.on_platform or viewer.by_organization) or len(viewer.by_site) > 1


def working_place(request: HttpRequest) -> Place | None:
    """Return the place the person works in now, None for all of his."""
    person, viewer = getattr(request, "person", None), getattr(request, "viewer", None)
    if person is None or viewer is None:
        return None
    return asked_once(("working place", person.pk), lambda: _chosen(person, viewer))


def in_unit(lookup: str) -> Narrow:
    """Return the narrowing of a list to a unit and all below it; `lookup` is where the rows name theirs."""

    def narrow(rows: QuerySet[Any], unit_id: UUID) -> QuerySet[Any]:
        return rows.filter(**{f"{lookup}__in": subtree_ids_of([unit_id]).get(unit_id, frozenset())})

    return narrow


def at_site(lookup: str) -> Narrow:
    """Return the narrowing of a list to a site; `lookup` is where the rows name theirs."""
    return lambda rows, site_id: rows.filter(**{lookup: site_id})


def units_of(viewer: Viewer) -> QuerySet[Organization]:
    """Return the active units in the viewer's scopes; on the platform, all."""
    active = Organization.objects.filter(status=Organization.Status.ACTIVE)
    return active if viewer.on_platform else active.filter(pk__in=viewer.organization_ids)


def _chosen(person: Person, viewer: Viewer) -> Place | None:
    kept = preference_of(person)
    if kept is None or kept.place_id is None:
        return None
    try:
        return get_place_for(viewer, kept.place_kind, kept.place_id)
    except NotFound:  # his no more
        return None


Narrowings = Mapping[str, Narrow]
register_places(PlaceKind(UNIT, "单位", units_of, order="path"))
