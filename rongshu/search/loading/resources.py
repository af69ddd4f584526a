"""Resources as readers see them: one document for each text that is shown, with every site that shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.utils import timezone

from rongshu.library.models import Resource
from rongshu.publishing.queries.shown import Shown, file_address, shown_places
from rongshu.search.documents import AttachmentText, SearchDocument
from rongshu.search.folding import fold_of
from rongshu.search.loading.attachments import attached_files, attachment_texts, texts_of_files
from rongshu.search.loading.bearers import Bearer, bearers, regions_around
from rongshu.search.loading.elements import DOCUMENT_NUMBER, searchable_elements, texts_of
from rongshu.search.loading.plain import headings_of, plain_text
from rongshu.sites.models import Placement, Site

KIND: Final = "resource"
# What is kept for snippets; the index itself knows the whole text.
KEPT_TEXT: Final = 20_000
KEPT_OF_ATTACHMENT: Final = 8_000
_SHORT: Final = 300
# While columns hold a version back, a resource may say different things on different sites.
MOST_VERSIONS: Final = 3


class _Facts(NamedTuple):
    """What the tables know beside what is shown."""

    type_code: str
    type_id: UUID
    owner_id: UUID
    publisher_id: UUID


@dataclass(frozen=True)
class _Around:
    """What the documents of one batch share."""

    facts: Mapping[UUID, _Facts]
    bearers: Mapping[UUID, Bearer]
    site_regions: Mapping[UUID, tuple[str, ...]]
    texts: dict[str, str]


def load_resources(ids: Collection[UUID]) -> Iterator[SearchDocument]:
    """Yield the documents of resources that readers can reach now."""
    shown = shown_places(ids)
    around = _around(shown)
    for id_, places in shown.items():
        if id_ in around.facts:
            yield from _documents(id_, places, around)


def resource_ids_after(after: UUID | None, limit: int) -> list[UUID]:
    """Return the effective resources that follow one in the order of their ids."""
    rows = Resource.objects.filter(effective_version__isnull=False).order_by("pk")
    rows = rows.filter(pk__gt=after) if after else rows
    return list(rows.values_list("pk", flat=True)[:limit])


def resource_ids_under(what: str, id_: UUID, after: UUID | None, limit: int) -> list[UUID]:
    """Return what is placed on a site, or is of a type, in the order of the ids."""
    if what == "site":
        placed = Placement.objects.filter(site_id=id_).order_by("resource_id")
        placed = placed.filter(resource_id__gt=after) if after else placed
        return list(placed.values_list("resource_id", flat=True).distinct()[:limit])
    if what != "type":
        raise ValueError(f"nobody sweeps by {what}")
    rows = Resource.objects.filter(type_id=id_, effective_version__isnull=False).order_by("pk")
    rows = rows.filter(pk__gt=after) if after else rows
    return list(rows.values_list("pk", flat=True)[:limit])


def _around(shown: Mapping[UUID, list[Shown]]) -> _Around:
    rows = Resource.objects.filter(pk__in=list(shown), effective_version__isnull=False).values_list(
        "id", "type__code", "type_id", "owner_id", "effective_version__publisher_id"
    )
    facts = {row[0]: _Facts(*row[1:]) for row in rows}
    units = {one for each in facts.values() for one in (each.owner_id, each.publisher_id)}
    sites = {one.placement.site_id for places in shown.values() for one in places}
    files = (one.version.attachments for places in shown.values() for one in places)
    digests = (digest for attachments in files for digest, _ in attached_files(attachments))
    return _Around(facts, bearers(units), _regions_of_sites(sites), texts_of_files(digests))


def _regions_of_sites(ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    rows = dict(Site.objects.filter(pk__in=ids).values_list("id", "region_id"))
    around = regions_around(set(rows.values()))
    return {site_id: around.get(region_id, ()) for site_id, region_id in rows.items()}


def _documents(id_: UUID, places: list[Shown], around: _Around) -> Iterator[SearchDocument]:
    by_version: dict[UUID, list[Shown]] = {}
    for one in places:
        by_version.setdefault(one.version.id, []).append(one)
    for number, its_places in enumerate(list(by_version.values())[:MOST_VERSIONS], start=1):
        suffix = "" if number == 1 else f"@{number}"
        yield _document(f"{KIND}:{id_}{suffix}", its_places, around)


def _document(name: str, places: list[Shown], around: _Around) -> SearchDocument:
    first = places[0]
    resource, version = first.resource, first.version
    facts = around.facts[resource.id]
    publisher = around.bearers[facts.publisher_id]
    searched = searchable_elements(facts.type_id)
    elements = dict(texts_of(version.elements, searched))
    body = plain_text(version.body) if "Content" in searched else ""
    attachments = attachment_texts(attached_files(version.attachments), around.texts)
    numbers = tuple(filter(None, (elements.pop(DOCUMENT_NUMBER, ""), *_index_numbers(first))))
    published = resource.published_at or first.placement.published_at
    fold = fold_of(version.title, body)
    return SearchDocument(
        id=name,
        kind=KIND,
        type=facts.type_code,
        title=version.title,
        other_titles=tuple(_other_titles(places, searched)),
        headings=(*_headings(first, searched), *(text for text in elements.values() if len(text) <= _SHORT)),
        body="\n".join((body, *(text for text in elements.values() if len(text) > _SHORT))),
        attachments=attachments,
        document_numbers=numbers,
        sites=_hexes(one.placement.site_id for one in places),
        columns=_hexes(one.placement.column_id for one in places),
        regions=_regions(publisher, places, around),
        level=publisher.level,
        organizations=_hexes((facts.publisher_id, facts.owner_id)),
        themes=(version.theme_code,) if version.theme_code else (),
        genre=version.genre_code,
        validity=resource.validity,
        origin=resource.origin_node.hex,
        published_at=timezone.localtime(published),
        authority=publisher.authority,
        fold=fold,
        source={**_source(places, facts, body, attachments), "fold": fold},
    )


def _index_numbers(shown: Shown) -> tuple[str, ...]:
    return shown.resource.index_number or "", shown.resource.legacy_index_number


def _other_titles(places: Iterable[Shown], searched: frozenset[str]) -> Iterator[str]:
    first = next(iter(places))
    if "SubTitle" in searched and first.version.subtitle:
        yield first.version.subtitle
    yield from dict.fromkeys(
        one.placement.display_title
        for one in places
        if one.placement.display_title not in {"", first.version.title}
    )


def _headings(shown: Shown, searched: frozenset[str]) -> Iterator[str]:
    if "Keywords" in searched:
        yield from (str(word) for word in shown.version.keywords)
    if "Description" in searched and shown.version.description:
        yield shown.version.description
    if "Content" in searched:
        yield from headings_of(shown.version.body)


def _regions(publisher: Bearer, places: Iterable[Shown], around: _Around) -> tuple[str, ...]:
    of_sites = (code for one in places for code in around.site_regions.get(one.placement.site_id, ()))
    return tuple(dict.fromkeys((*publisher.regions, *of_sites)))


def _hexes(ids: Iterable[UUID]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.hex for one in ids))


def _source(
    places: list[Shown], facts: _Facts, body: str, attachments: tuple[AttachmentText, ...]
) -> dict[str, Any]:
    first = places[0]
    resource, version = first.resource, first.version
    published = timezone.localtime(resource.published_at or first.placement.published_at)
    return {
        "kind": KIND,
        "type": facts.type_code,
        "title": version.title,
        "text": body[:KEPT_TEXT],
        "summary": version.description,
        "published": published.isoformat(timespec="minutes"),
        "places": [_place(one) for one in places],
        "validity": resource.validity,
        "organization": facts.publisher_id.hex,
        "number": str(version.elements.get(DOCUMENT_NUMBER) or ""),
        "index_number": resource.index_number or resource.legacy_index_number,
        "origin": version.content_source,
        "theme": version.theme_code,
        "genre": version.genre_code,
        "version": version.id.hex,
        "elements": _short_elements(version.elements),
        "attachments": [
            {
                "name": one.name,
                "url": file_address(one.digest, one.name),
                "text": one.text[:KEPT_OF_ATTACHMENT],
            }
            for one in attachments
        ],
    }


def _place(shown: Shown) -> dict[str, str]:
    place = {"site": shown.placement.site_id.hex, "path": shown.url}
    if shown.placement.display_title not in {"", shown.version.title}:
        place["title"] = shown.placement.display_title
    return place


def _short_elements(elements: Mapping[str, Any]) -> dict[str, str]:
    """What a direct answer may show: a telephone number, an address, office hours."""
    return {
        name: value
        for name, value in elements.items()
        if isinstance(value, str) and value and len(value) <= _SHORT and name != DOCUMENT_NUMBER
    }
