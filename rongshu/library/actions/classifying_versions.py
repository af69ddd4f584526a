"""Keeping the categories of a resource in step with the codes of its effective version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from rongshu.foundation.audit import Actor
from rongshu.foundation.change_marks import Kept
from rongshu.foundation.events import announce
from rongshu.foundation.prepared import Prepared
from rongshu.library.events import ResourceClassified
from rongshu.library.models import Category, Classification, ClassificationEntry, Resource, ResourceVersion

VERSION_SCHEMES = ("theme", "genre", "base", "audience")


def classify_as_version(resource: Resource, version: ResourceVersion, *, actor: Actor) -> None:
    """Put the resource under the categories its version names, in the four schemes that versions name.

    Categories of other schemes, and a merged category standing for a code, stay. Announces when anything
    changed.
    """
    wanted = set(_categories_named(version))
    named = _named_categories(None)
    present = {row[0] for row in _HELD.rows(resource.pk) if row[0] in named.ids}
    gone, new = present - wanted, wanted - present
    if not gone and not new:
        return
    held = Classification.objects.filter(resource=resource)
    held.filter(category_id__in=gone).delete()
    Classification.objects.bulk_create(Classification(resource=resource, category_id=each) for each in new)
    ClassificationEntry.objects.bulk_create(
        [_entry(resource, each, version, actor, is_removal=True) for each in gone]
        + [_entry(resource, each, version, actor, is_removal=False) for each in new]
    )
    announce(ResourceClassified(resource_id=resource.pk), actor_id=actor.id)


_HELD: Final = Prepared(
    lambda resource_id: Classification.objects.filter(resource_id=resource_id).values_list("category_id")
)


@dataclass(frozen=True)
class _Categories:
    """The categories of the four schemes: all of them, and for each code the one that stands for it."""

    ids: frozenset[UUID]
    by_code: Mapping[tuple[str, str], UUID]


def _read_categories(_: None) -> _Categories:
    rows = list(
        Category.objects.filter(scheme_id__in=VERSION_SCHEMES).values_list(
            "scheme_id", "code", "pk", "merged_into_id"
        )
    )
    by_code = {(scheme, code): merged_into or pk for scheme, code, pk, merged_into in rows}
    return _Categories(frozenset(pk for _, _, pk, _ in rows), by_code)


_named_categories: Final = Kept("definitions", read=_read_categories)


def _categories_named(version: ResourceVersion) -> Iterable[UUID]:
    by_code = _named_categories(None).by_code
    codes = {
        "theme": [version.theme_code],
        "genre": [version.genre_code],
        "base": [version.base_code],
        "audience": version.audience,
    }
    for scheme, values in codes.items():
        yield from (by_code[scheme, value] for value in values if (scheme, value) in by_code)


def _entry(
    resource: Resource, category_id: UUID, version: ResourceVersion, actor: Actor, *, is_removal: bool
) -> ClassificationEntry:
    return ClassificationEntry(
        resource=resource, category_id=category_id, is_removal=is_removal, person_id=actor.id,
        rule=f"version:{version.number}",
    )  # fmt: skip
