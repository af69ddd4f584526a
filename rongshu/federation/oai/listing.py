"""Reading what a repository holds: entries in the order of the ledger, and the records behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from rongshu.federation.models import HarvestEntry
from rongshu.federation.oai.datestamps import Period, settled_before
from rongshu.federation.oai.repositories import Repository
from rongshu.federation.oai.sets import Selection, column_spec, theme_paths
from rongshu.library.models import Category, Classification, Resource, ResourceVersion
from rongshu.library.models.versions import OpenType, ShareType
from rongshu.publishing.queries.shown import article_address
from rongshu.sites.models import Placement, Site

_READ_AT_ONCE: Final = 500
# What only the full record needs: most of the bytes of a library.
_HEAVY: Final = ("effective_version__body", "effective_version__elements", "effective_version__attachments")


@dataclass(frozen=True, slots=True)
class Place:
    """Where readers find a record: the site, its column and the whole address."""

    site_id: UUID
    site_slug: str
    column_id: UUID
    column_path: str
    url: str
    site_url: str


@dataclass(frozen=True, slots=True)
class Given:
    """A record that is there: the resource with its effective version, and what stands around it."""

    resource: Resource
    version: ResourceVersion
    places: tuple[Place, ...]
    categories: tuple[Category, ...] = ()
    themes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list; `given` is None for what is no more to be had."""

    resource_id: UUID
    at: datetime
    given: Given | None
    sets: tuple[str, ...] = ()


def entries_after(
    repository: Repository,
    chosen: Selection,
    wanted: Period,
    after: tuple[datetime, UUID] | None,
    limit: int,
    *,
    in_full: bool = True,
) -> list[Entry]:
    """Return up to `limit` entries that follow one. Fewer only where there are no more."""
    found: list[Entry] = []
    while len(found) < limit:
        rows = _rows(chosen, wanted, after)[: max(limit, _READ_AT_ONCE if chosen.column_ids else limit)]
        keys = list(rows)
        if not keys:
            break
        found += _read(repository, chosen, keys, in_full=in_full)
        after = keys[-1]
    return found[:limit]


def entry_of(repository: Repository, resource_id: UUID) -> Entry | None:
    """Return one entry, also one that lists are to tell of a little later; None when it never was here."""
    found = HarvestEntry.objects.filter(place=repository.place, resource_id=resource_id)
    at = found.values_list("at", flat=True).first()
    return None if at is None else _read(repository, Selection(repository.place), [(at, resource_id)])[0]


def count_of(chosen: Selection, wanted: Period) -> int | None:
    """Return how many entries a list has; None where counting would mean reading all of them."""
    return _rows(chosen, wanted, None).count() if chosen.is_whole else None


def _rows(
    chosen: Selection, wanted: Period, after: tuple[datetime, UUID] | None
) -> QuerySet[HarvestEntry, tuple[datetime, UUID]]:
    rows = HarvestEntry.objects.filter(place=chosen.place, at__lte=settled_before())
    if wanted.since is not None:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.before is not None:
        rows = rows.filter(at__lt=wanted.before)
    if after is not None:
        rows = rows.filter(at__gte=after[0]).exclude(at=after[0], resource_id__lte=after[1])
    return _chosen(rows, chosen).order_by("at", "resource_id").values_list("at", "resource_id")


def _chosen(rows: QuerySet[HarvestEntry], chosen: Selection) -> QuerySet[HarvestEntry]:
    if chosen.column_ids is not None:
        placed = Placement.objects.filter(
            resource_id=OuterRef("resource_id"), column_id__among=chosen.column_ids
        )
        rows = rows.filter(Exists(placed))
    if chosen.theme_codes is not None:
        themed = ResourceVersion.objects.filter(
            resource_id=OuterRef("resource_id"),
            became_effective_at__isnull=False,
            theme_code__in=chosen.theme_codes,
        )
        rows = rows.filter(Exists(themed))
    return rows


def _read(
    repository: Repository,
    chosen: Selection,
    keys: Sequence[tuple[datetime, UUID]],
    *,
    in_full: bool = True,
) -> list[Entry]:
    """Return entries as they are now. A set only chooses: what left it but is here is not deleted."""
    ids = [resource_id for _, resource_id in keys]
    places = _places(ids)
    given = {one.resource.pk: one for one in _given(repository, ids, places, in_full=in_full)}
    specs = theme_paths()
    found = []
    for at, resource_id in keys:
        one = given.get(resource_id)
        if one is None:
            found.append(Entry(resource_id, at, None))
        elif _belongs(one, chosen, repository):
            found.append(Entry(resource_id, at, one, _sets(one, repository, specs)))
    return found


def _given(
    repository: Repository, ids: Sequence[UUID], places: Mapping[UUID, list[Place]], *, in_full: bool
) -> Iterator[Given]:
    rows = Resource.objects.filter(
        pk__in=ids,
        status=Resource.Status.EFFECTIVE,
        share_type=ShareType.UNCONDITIONAL,
        effective_version__open_type=OpenType.PROACTIVE,
        recycled_at__isnull=True,
    ).select_related("type", "owner__region", "effective_version__publisher")
    themes = _theme_names()
    categories = _categories(ids) if in_full else {}
    for resource in rows if in_full else rows.defer(*_HEAVY):
        here = tuple(places.get(resource.pk, ()))
        is_here = repository.is_library or any(one.site_id == repository.place for one in here)
        if is_here and (version := resource.effective_version) is not None:
            yield Given(resource, version, here, tuple(categories.get(resource.pk, ())), themes)


def _places(ids: Sequence[UUID]) -> dict[UUID, list[Place]]:
    """Return where readers find resources now, the canonical place first."""
    rows = Placement.objects.filter(
        resource_id__in=ids,
        state=Placement.State.SHOWING,
        site__status=Site.Status.ONLINE,
        resource__address__isnull=False,
    ).order_by("-is_canonical", "created_at", "id")
    found: dict[UUID, list[Place]] = defaultdict(list)
    for each in rows.values(
        "resource_id", "resource__address", "site_id", "site__slug", "site__base_url", "column_id",
        "column__path",
    ):  # fmt: skip
        site_url = each["site__base_url"].rstrip("/")
        url = site_url + article_address(each["resource__address"] or "")
        found[each["resource_id"]].append(
            Place(
                each["site_id"], each["site__slug"], each["column_id"], each["column__path"], url, site_url
            )
        )  # fmt: skip
    return found


def _belongs(given: Given, chosen: Selection, repository: Repository) -> bool:
    if chosen.theme_codes is not None:
        return given.version.theme_code in chosen.theme_codes
    if chosen.column_ids is not None:
        return any(one.column_id in chosen.column_ids for one in given.places)
    return chosen.place == repository.place or any(one.site_id == chosen.place for one in given.places)


def _sets(given: Given, repository: Repository, themes: Mapping[str, str]) -> tuple[str, ...]:
    theme = themes.get(given.version.theme_code)
    columns = (
        column_spec(one.site_slug, one.column_path)
        for one in given.places
        if repository.is_library or one.site_id == repository.place
    )
    return tuple(dict.fromkeys((*([theme] if theme else []), *columns)))


def _theme_names() -> dict[str, str]:
    return dict(Category.objects.filter(scheme_id="theme").values_list("code", "name"))


def _categories(ids: Iterable[UUID]) -> dict[UUID, list[Category]]:
    rows = Classification.objects.filter(resource_id__in=ids).select_related("category").order_by("pk")
    found: dict[UUID, list[Category]] = defaultdict(list)
    for row in rows:
        found[row.resource_id].append(row.category)
    return found
