"""Keeping the categories of a resource in step with the codes of its effective version."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from rongshu.foundation.audit import Actor
from rongshu.foundation.events import announce
from rongshu.library.events import ResourceClassified
from rongshu.library.models import Category, Classification, ClassificationEntry, Resource, ResourceVersion

VERSION_SCHEMES = ("theme", "genre", "base", "audience")


def classify_as_version(resource: Resource, version: ResourceVersion, *, actor: Actor) -> None:
    """Put the resource under the categories its version names, in the four schemes that versions name.

    Categories of other schemes, and a merged category standing for a code, stay. Announces when anything
    changed.
    """
    wanted = set(_categories_named(version))
    held = Classification.objects.filter(resource=resource, category__scheme_id__in=VERSION_SCHEMES)
    present = set(held.values_list("category_id", flat=True))
    gone, new = present - wanted, wanted - present
    if not gone and not new:
        return
    held.filter(category_id__in=gone).delete()
    Classification.objects.bulk_create(Classification(resource=resource, category_id=each) for each in new)
    ClassificationEntry.objects.bulk_create(
        [_entry(resource, each, version, actor, is_removal=True) for each in gone]
        + [_entry(resource, each, version, actor, is_removal=False) for each in new]
    )
    announce(ResourceClassified(resource_id=resource.pk), actor_id=actor.id)


def _categories_named(version: ResourceVersion) -> Iterable[UUID]:
    codes = {
        "theme": [version.theme_code],
        "genre": [version.genre_code],
        "base": [version.base_code],
        "audience": version.audience,
    }
    for scheme, values in codes.items():
        rows = Category.objects.filter(scheme_id=scheme, code__in=[value for value in values if value])
        for pk, merged_into in rows.values_list("pk", "merged_into_id"):
            yield merged_into or pk


def _entry(
    resource: Resource, category_id: UUID, version: ResourceVersion, actor: Actor, *, is_removal: bool
) -> ClassificationEntry:
    return ClassificationEntry(
        resource=resource, category_id=category_id, is_removal=is_removal, person_id=actor.id,
        rule=f"version:{version.number}",
    )  # fmt: skip
