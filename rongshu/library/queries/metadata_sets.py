"""The elements of a version grouped into 元数据集, by stable keys (P6-04)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from django.utils import timezone

from rongshu.library.gate.schemas import FieldRule, TypeSchema
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.queries.differences import values_of
from rongshu.library.queries.schemas import schema_of


class MetadataItem(TypedDict):
    """One element: its Chinese name, its stable key (the English name), its value as readers see it."""

    name: str
    key: str
    value: Any


class MetadataSet(TypedDict):
    """A named set of elements, e.g. 政策文件信息."""

    set: str
    items: list[MetadataItem]


def metadata_sets(version: ResourceVersion, schema: TypeSchema | None = None) -> list[MetadataSet]:
    """Return the sets of a version in the order of its type; body and absent elements are left out.

    Codes come as labels. `schema` spares reading the type's definition for every version of a list.
    """
    resource = version.resource
    schema = schema or schema_of(resource.type.code, standard=resource.type.standard_id)
    values = {**values_of(version), **assigned_values(resource, version)}
    sets: dict[str, list[MetadataItem]] = {}
    for rule in schema.fields:
        value = values.get(rule.name)
        if rule.name != "Content" and value not in (None, "", [], {}):
            item: MetadataItem = {"name": rule.name_cn, "key": rule.name, "value": shown(value, rule)}
            sets.setdefault(rule.element_set, []).append(item)
    return [{"set": name, "items": items} for name, items in sets.items()]


def assigned_values(resource: Resource, version: ResourceVersion) -> dict[str, Any]:
    """Return what the platform gives: identifier, numbers, times, status, digest, and 时效性 as of now."""
    values = {
        "ResID": str(resource.pk),
        "IndexNo": resource.index_number or resource.legacy_index_number,
        "PubDate": resource.published_at or version.given_published_at,
        "ModDate": resource.modified_at,
        "Status": resource.status,
        "MdContact": resource.owner.name,
        "MdDate": version.created_at,
        "MdVersion": version.number,
        "Digest": version.digest,
    }
    if resource.validity:
        values["Aging"] = resource.validity
    return values


def shown(value: Any, rule: FieldRule) -> Any:
    """Return a value as a reader sees it: labels for codes, `YYYY-MM-DD HH:MM` local time for instants."""
    if isinstance(value, list):
        return [shown(item, rule) for item in value]
    if isinstance(value, Mapping):
        return {
            field.name_cn: shown(value[field.name], field) for field in rule.fields if field.name in value
        } or value
    if hasattr(value, "astimezone"):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if rule.domain and isinstance(value, str):
        return rule.domain.get(value, value)
    return value
