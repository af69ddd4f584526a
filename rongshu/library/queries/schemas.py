"""The schemas of resource types, read from their definitions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from rongshu.foundation.change_marks import Kept
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
    of = standard or default_standard_code()
    found = {code: _kept_schema((of, code)) for code in set(type_codes)}
    return {code: schema for code, schema in found.items() if schema is not None}


def _read_schema(asked: tuple[str, str]) -> TypeSchema | None:
    standard, code = asked
    found = ResourceType.objects.filter(standard_id=standard, code=code).first()
    return _schema(found, _kept_domains(standard)) if found else None


def kept_type(type_id: UUID) -> ResourceType:
    """Return a type as it is now, out of memory where it can be: shared, so leave it as it is."""
    return _kept_type(type_id)


def default_standard_code() -> str:
    """Return the code of the default library standard; raise `ResourceTypeUnknown` before seeding."""
    return _kept_standard(None)


def _read_default_standard(_: None) -> str:
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


def _read_domains(standard: str) -> dict[str, dict[str, str]]:
    """Return the active categories of every scheme of the standard, as `{scheme: {code: name}}`."""
    domains: dict[str, dict[str, str]] = defaultdict(dict)
    rows = Category.objects.filter(scheme__standard_id=standard, is_active=True)
    for scheme, code, name in rows.values_list("scheme_id", "code", "name"):
        domains[scheme][code] = name
    return domains


_kept_standard: Final = Kept("definitions", read=_read_default_standard)
_kept_type: Final = Kept[UUID, ResourceType](
    "definitions", read=lambda type_id: ResourceType.objects.get(pk=type_id)
)
_kept_schema: Final = Kept("definitions", read=_read_schema)
_kept_domains: Final = Kept("definitions", read=_read_domains)
