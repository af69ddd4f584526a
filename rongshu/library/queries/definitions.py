"""Category trees and resource types as the console shows them; their names are public."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.guards import get_one
from rongshu.library.models import (
    Category,
    CategoryScheme,
    FieldDefinition,
    LibraryStandard,
    Resource,
    ResourceType,
    TopicSelection,
)
from rongshu.library.queries.visibility import visible


@dataclass(frozen=True)
class Node:
    """A category in its tree: `level` 1 is a root."""

    category: Category
    level: int


def scheme_with_code(code: str) -> CategoryScheme:
    """Return a scheme, or raise `NotFound`."""
    return get_one(CategoryScheme.objects.select_related("standard"), pk=code)


def tree_of(scheme: CategoryScheme, *, with_ended: bool = False) -> list[Node]:
    """Return the categories of a scheme, each below its parent, in their order."""
    rows = scheme.categories.select_related("merged_into").order_by("position", "code")
    below: dict[UUID | None, list[Category]] = defaultdict(list)
    for category in rows if with_ended else rows.filter(is_active=True):
        below[category.parent_id].append(category)
    return list(_walk(below, None, 1))


def _walk(below: dict[UUID | None, list[Category]], parent: UUID | None, level: int) -> Iterator[Node]:
    for category in below[parent]:
        yield Node(category, level)
        yield from _walk(below, category.pk, level + 1)


def category_with_id(category_id: UUID) -> Category:
    """Return a category with its scheme, or raise `NotFound`."""
    return get_one(Category.objects.select_related("scheme", "parent"), pk=category_id)


def classified_under(viewer: Viewer, category: Category) -> QuerySet[Resource]:
    """Return what the viewer sees of the resources that stand directly under a category."""
    found = visible(viewer).filter(classifications__category=category)
    return found.select_related("effective_version", "working_version").order_by("-pk")


def standards() -> QuerySet[LibraryStandard]:
    """Return the library standards, the default one first."""
    return LibraryStandard.objects.prefetch_related("types").order_by("-is_default", "code")


def standard_with_code(code: str) -> LibraryStandard:
    """Return a standard, or raise `NotFound`."""
    return get_one(LibraryStandard.objects.all(), pk=code)


def type_with_id(type_id: UUID) -> ResourceType:
    """Return a resource type with its standard, or raise `NotFound`."""
    return get_one(ResourceType.objects.select_related("standard"), pk=type_id)


def type_choices() -> list[tuple[str, str]]:
    """Return every type as a choice of a form: its id, its Chinese name."""
    rows = ResourceType.objects.order_by("position", "name_cn").values_list("pk", "name_cn")
    return [(str(pk), name) for pk, name in rows]


def field_with_id(field_id: UUID) -> FieldDefinition:
    """Return an element with its type, or raise `NotFound`."""
    return get_one(FieldDefinition.objects.select_related("resource_type", "parent"), pk=field_id)


def fields_of(type_: ResourceType) -> list[FieldDefinition]:
    """Return the elements of a type, nested ones behind theirs."""
    rows = list(type_.fields.select_related("parent").order_by("position", "id"))
    nested: dict[UUID | None, list[FieldDefinition]] = defaultdict(list)
    for row in rows:
        nested[row.parent_id].append(row)
    return [each for top in nested[None] for each in (top, *nested[top.pk])]


def topics_for(viewer: Viewer) -> QuerySet[Resource]:
    """Return the topics the viewer sees, with how many members each has."""
    # The types' keys, not their code: the planner knows how few resources have them, and takes the index.
    types = list(ResourceType.objects.filter(code="topic").values_list("pk", flat=True))
    found = visible(viewer).filter(type_id__in=types)
    found = found.select_related("owner", "type", "effective_version", "working_version")
    return found.annotate(member_count=Count("members"))


def selection_with_id(topic: Resource, selection_id: UUID) -> TopicSelection:
    """Return a selection of the topic, or raise `NotFound`."""
    return get_one(TopicSelection.objects.all(), topic=topic, pk=selection_id)
