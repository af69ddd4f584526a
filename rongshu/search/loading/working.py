"""What is being written and is not, or not yet, what readers see: the staff's index."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from rongshu.library.models import Resource
from rongshu.search.documents import SearchDocument
from rongshu.search.loading.attachments import attached_files
from rongshu.search.loading.elements import DOCUMENT_NUMBER, searchable_elements, texts_of
from rongshu.search.loading.plain import headings_of, plain_text
from rongshu.search.loading.resources import KEPT_TEXT, KIND

OF_UNIT: Final = "unit:"
OF_WRITER: Final = "writer:"


def load_working(ids: Collection[UUID]) -> Iterator[SearchDocument]:
    """Yield the working versions of resources that differ from what readers see."""
    rows = _working().filter(pk__in=ids).select_related("working_version", "type")
    yield from (_document(resource) for resource in rows)


def working_ids_after(after: UUID | None, limit: int) -> list[UUID]:
    """Return the resources with such a version that follow one in the order of their ids."""
    rows = _working().filter(pk__gt=after) if after else _working()
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def _working() -> QuerySet[Resource]:
    differs = Q(effective_version=None) | ~Q(effective_version=F("working_version"))
    return Resource.objects.filter(differs, working_version__purged_at=None, working_version__isnull=False)


def _document(resource: Resource) -> SearchDocument:
    version: Any = resource.working_version
    elements = dict(texts_of(version.elements, searchable_elements(resource.type_id)))
    number = elements.pop(DOCUMENT_NUMBER, "")
    text = plain_text(version.body)
    writers = {one for one in (resource.created_by_id, version.created_by_id) if one}
    return SearchDocument(
        id=f"{KIND}:{resource.pk}",
        kind=KIND,
        type=resource.type.code,
        title=version.title,
        other_titles=(version.subtitle,) if version.subtitle else (),
        headings=(*map(str, version.keywords), version.description, *headings_of(version.body)),
        body="\n".join(
            (text, *elements.values(), *(name for _, name in attached_files(version.attachments)))
        ),
        document_numbers=(number,) if number else (),
        organizations=(resource.owner_id.hex,),
        themes=(version.theme_code,) if version.theme_code else (),
        genre=version.genre_code,
        published_at=timezone.localtime(version.created_at),
        reach=(f"{OF_UNIT}{resource.owner_id.hex}", *(f"{OF_WRITER}{one.hex}" for one in sorted(writers))),
        source={
            "kind": KIND,
            "type": resource.type.code,
            "title": version.title,
            "text": text[:KEPT_TEXT],
            "summary": version.description,
            "published": timezone.localtime(version.created_at).isoformat(timespec="minutes"),
            "organization": resource.owner_id.hex,
            "number": number,
            "version": version.pk.hex,
            "places": [],
        },
    )
