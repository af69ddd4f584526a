"""The schemas of resource types, read from their definitions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from rongshu.library.errors import ResourceTypeUnknown
from rongshu.library.gate.schemas import FieldRule, TypeSchema
from rongshu.library.models import Category, FieldDefinition, LibraryStandard, ResourceType


def schema_of(type_code: str, *, standard: str | None = None) -> TypeSchema:
    """Return the schema of one type of a standard (default: the default standard)."""
    schema = schemas_of([type_code], standard=standard).get(type_code)
    if schema is None:
        raise ResourceTypeUnknown(fields={"type": type_code})
    return schema


def schemas_of(type_codes: Iterable[str], *, standard: str | None = None) -> dict[str, TypeSchema]:
    """Return `{type code: schema}`; a code the standard does not have is left out."""
    wanted = set(type_codes)
    code = standard or default_standard_code()
    types, domains = ResourceType.objects.filter(standard_id=code, code__in=wanted), _domains(code)
    return {each.code: _schema(each, domains) for each in types}


def default_standard_code() -> str:
    """Return the code of the default library standard; raise `ResourceTypeUnknown` before seeding."""
    code = LibraryStandard.objects.filter(is_default=True).values_list("code", flat=True).first()
    if code is None:
        raise ResourceTypeUnknown("资源库标准尚未建立，请先运行 rongshu setup。")
    return code


def _schema(type_: ResourceType, domains: Mapping[str, Mapping[str, str]]) -> TypeSchema:
    children: dict[UUID | None, list[FieldDefinition]] = defaultdict(list)
    for definition in type_.fields.order_by("position", "id"):
        children[definition.parent_id].append(definition)
    return TypeSchema(
        type_id=type_.pk,
        code=type_.code,
        standard=type_.standard_id,
        name_cn=type_.name_cn,
        is_document=type_.is_document,
        fields=tuple(_rule(each, children, domains) for each in children[None]),
    )


def _rule(
    definition: FieldDefinition,
    children: Mapping[UUID | None, list[FieldDefinition]],
    domains: Mapping[str, Mapping[str, str]],
) -> FieldRule:
    return FieldRule(
        name=definition.name_en,
        name_cn=definition.name_cn,
        data_type=definition.data_type,
        length=definition.length,
        obligation=definition.obligation,
        condition=definition.condition,
        domain=_domain(definition.domain, domains),
        is_assigned=definition.is_assigned,
        element_set=definition.element_set,
        fields=tuple(_rule(each, children, domains) for each in children.get(definition.pk, ())),
    )


def _domain(given: object, domains: Mapping[str, Mapping[str, str]]) -> Mapping[str, str] | None:
    if not isinstance(given, Mapping):
        return None
    if "scheme" in given:
        return domains.get(str(given["scheme"]), {})
    return dict(given["codes"])


def _domains(standard: str) -> dict[str, dict[str, str]]:
    """Return the active categories of every scheme of the standard, as `{scheme: {code: name}}`."""
    domains: dict[str, dict[str, str]] = defaultdict(dict)
    rows = Category.objects.filter(scheme__standard_id=standard, is_active=True)
    for scheme, code, name in rows.values_list("scheme_id", "code", "name"):
        domains[scheme][code] = name
    return domains
