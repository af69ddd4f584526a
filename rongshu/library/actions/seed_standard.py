"""Filling the default library standard from the seed files; safe to repeat, never undoes a tenant's
changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from django.db import transaction

from rongshu.library.models import (
    Category,
    CategoryScheme,
    ElementName,
    FieldDefinition,
    LibraryStandard,
    ResourceType,
    SourceApp,
)

SEED: Final = Path(__file__).parent.parent / "seed"


def seed_standard() -> LibraryStandard:
    """Create what is missing of the default standard: types, fields, categories, names, source systems.

    Part of setting up; what exists already stays as it is.
    """
    with transaction.atomic():
        standard = _seed_standard(_read("standard.yaml"))
        _seed_names(_read("element_names.yaml"))
        _seed_schemes(standard, _read("category_schemes.yaml"))
        _seed_types(standard, _read("resource_types.yaml"), _read("core_elements.yaml"))
    return standard


def _read(name: str) -> Any:
    return yaml.load((SEED / name).read_text("utf-8"), Loader=yaml.CSafeLoader)


def _seed_standard(seed: Mapping[str, Any]) -> LibraryStandard:
    facts = dict(seed["standard"])
    code = facts.pop("code")
    has_default = LibraryStandard.objects.filter(is_default=True).exists()
    standard, _ = LibraryStandard.objects.get_or_create(
        code=code, defaults={**facts, "is_default": not has_default}
    )
    apps = [SourceApp(**each) for each in seed["source_apps"]]
    SourceApp.objects.bulk_create(apps, ignore_conflicts=True)
    return standard


def _seed_names(seed: Mapping[str, tuple[str, str]]) -> None:
    rows = [
        ElementName(abbreviation=abbreviation, full_word=full_word, name_cn=name_cn)
        for abbreviation, (full_word, name_cn) in seed.items()
    ]
    ElementName.objects.bulk_create(rows, ignore_conflicts=True)


def _seed_schemes(standard: LibraryStandard, seed: Iterable[Mapping[str, Any]]) -> None:
    for each in seed:
        scheme, is_new = CategoryScheme.objects.get_or_create(
            code=each["code"],
            defaults={"standard": standard, "name": each["name"], "source": each.get("source", "")},
        )
        if is_new:
            _seed_categories(scheme, each["categories"])


def _seed_categories(scheme: CategoryScheme, seed: Iterable[Mapping[str, Any]]) -> None:
    rows = [
        Category(scheme=scheme, code=each["code"], name=each["name"], position=position)
        for position, each in enumerate(seed)
    ]
    for row in rows:
        row.path = f"/{row.pk}/"
    Category.objects.bulk_create(rows)


def _seed_types(
    standard: LibraryStandard, seed: Iterable[Mapping[str, Any]], core: list[Mapping[str, Any]]
) -> None:
    for position, each in enumerate(seed):
        type_, is_new = ResourceType.objects.get_or_create(
            standard=standard,
            code=each["code"],
            defaults={
                "name_cn": each["name_cn"],
                "name_en": each["name"],
                "presentation": each["presentation"],
                "is_document": each.get("document", False),
                "position": position,
            },
        )
        if is_new:
            _seed_fields(type_, each, core)


def _seed_fields(type_: ResourceType, seed: Mapping[str, Any], core: list[Mapping[str, Any]]) -> None:
    overrides: Mapping[str, str] = seed.get("core", {})
    rows = []
    for element in core:
        obligation = overrides.get(element["name"], element["obligation"])
        condition = element.get("condition") if obligation == "C" else None
        rows.append(
            _field(type_, {**element, "obligation": obligation, "condition": condition}, is_system=True)
        )
    for element in seed.get("fields", ()):
        field = _field(type_, {"set": seed["set"], **element})
        rows.append(field)
        rows += [
            _field(type_, {"set": seed["set"], **child}, parent=field) for child in element.get("fields", ())
        ]
    for position, row in enumerate(rows):
        row.position = position
    FieldDefinition.objects.bulk_create(rows)


def _field(
    type_: ResourceType,
    element: Mapping[str, Any],
    *,
    parent: FieldDefinition | None = None,
    is_system: bool = False,
) -> FieldDefinition:
    return FieldDefinition(
        resource_type=type_,
        parent=parent,
        element_set=element.get("set", "基本信息"),
        name_cn=element["name_cn"],
        name_en=element["name"],
        data_type=element["type"],
        length=element.get("length"),
        obligation=element["obligation"],
        condition=element.get("condition"),
        domain=element.get("domain"),
        is_title=element.get("title", False),
        is_listed=element.get("listed", False),
        is_searchable=element.get("searchable", False),
        is_system=is_system,
        is_assigned=element.get("assigned", False),
        note=element.get("note", ""),
    )
