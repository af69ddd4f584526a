"""The editor's deeds on standards, resource types, fields and the dictionary of names (P2-01, P2-02)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Q

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.events import announce
from rongshu.library.element_naming import complaint_about_chinese, complaint_about_english
from rongshu.library.errors import (
    FieldDefinitionIllegal,
    FieldInUse,
    FieldNameIllegal,
    FieldNameTaken,
)
from rongshu.library.events import ResourceTypeChanged
from rongshu.library.models import (
    CategoryScheme,
    ElementName,
    FieldDefinition,
    LibraryStandard,
    ResourceType,
    ResourceVersion,
)
from rongshu.library.permissions import may_define

DataType, Obligation = FieldDefinition.DataType, FieldDefinition.Obligation
_NESTING = {DataType.OBJECT, DataType.ARRAY}


@dataclass(frozen=True, kw_only=True)
class FieldSpecification:
    """What a field is to be; `condition` and `domain` as in `gate.schemas.FieldRule` and the seed files."""

    name_cn: str
    name_en: str
    data_type: str
    obligation: str = "O"
    length: int | None = None
    element_set: str = "基本信息"
    condition: dict[str, Any] | None = None
    domain: dict[str, Any] | None = None
    is_title: bool = False
    is_listed: bool = False
    is_searchable: bool = False
    note: str = ""
    # New words of the English name: {abbreviation: (full word, Chinese)}.
    words: dict[str, tuple[str, str]] = field(default_factory=dict)


def define_standard(
    *, actor: Person, code: str, name: str, version: str, source: str = ""
) -> LibraryStandard:
    """Add a library standard beside those there are (P2-01)."""
    with transaction.atomic():
        require(may_define(viewer_for(actor)))
        if LibraryStandard.objects.filter(Q(code=code) | Q(name=name, version=version)).exists():
            raise FieldNameTaken("已有同代码或同名同版本的资源库标准。", fields={"code": code})
        standard = LibraryStandard.objects.create(code=code, name=name, version=version, source=source)
        record(actor, "standard.defined", standard, name=name)
    return standard


def define_type(
    *,
    actor: Person,
    standard: LibraryStandard,
    code: str,
    name_cn: str,
    name_en: str,
    copied_from: ResourceType,
) -> ResourceType:
    """Add a resource type that begins with the core elements of another; extension elements are added
    after."""
    with transaction.atomic():
        require(may_define(viewer_for(actor)))
        _check_type_names(standard, code, name_cn, name_en)
        type_ = ResourceType.objects.create(
            standard=standard, code=code, name_cn=name_cn, name_en=name_en,
            presentation=copied_from.presentation, is_document=copied_from.is_document,
        )  # fmt: skip
        for core in copied_from.fields.filter(is_system=True, parent__isnull=True):
            core.pk, core.resource_type = None, type_
            core.id = FieldDefinition().id
            core.save(force_insert=True)
        record(actor, "type.defined", type_, code=code)
    return type_


def define_field(
    *,
    actor: Person,
    resource_type: ResourceType,
    specification: FieldSpecification,
    parent: FieldDefinition | None = None,
) -> FieldDefinition:
    """Add an element to a resource type, or below an object or array of it.

    Raise `FieldNameIllegal`, `FieldNameTaken`, `FieldDefinitionIllegal`, `NotAllowed`.
    """
    with transaction.atomic():
        require(may_define(viewer_for(actor)))
        _register_words(specification)
        _check_names(resource_type, specification, parent)
        _check_definition(resource_type, specification, parent)
        last = resource_type.fields.aggregate(last=Max("position"))["last"]
        values = {name: value for name, value in vars(specification).items() if name != "words"}
        definition = FieldDefinition.objects.create(
            resource_type=resource_type, parent=parent, position=(last or 0) + 1, **values
        )
        record(actor, "field.defined", definition, name=definition.name_en, type=resource_type.code)
        _announce_change(actor, resource_type)
    return definition


def remove_field(*, actor: Person, definition: FieldDefinition) -> None:
    """Remove an element that no version uses; a core element stays. Raise `FieldInUse`."""
    with transaction.atomic():
        require(may_define(viewer_for(actor)))
        top = definition.parent or definition
        used = ResourceVersion.objects.filter(
            resource__type=definition.resource_type, elements__has_key=top.name_en
        )
        if definition.is_system or used.exists():
            raise FieldInUse
        record(actor, "field.removed", definition, name=definition.name_en)
        _announce_change(actor, definition.resource_type)
        definition.delete()


def change_field(*, actor: Person, definition: FieldDefinition, **changes: Any) -> FieldDefinition:
    """Change how an element is named in Chinese, listed, searched and explained, or give it more room.

    Raise `FieldDefinitionIllegal` for anything that would make stored values wrong, `FieldNameTaken`.
    """
    if unknown := set(changes) - CHANGEABLE:
        raise FieldDefinitionIllegal(fields=dict.fromkeys(sorted(unknown), "已有内容，不能修改"))
    with transaction.atomic():
        require(may_define(viewer_for(actor)))
        definition = FieldDefinition.objects.select_for_update().get(pk=definition.pk)
        _check_change(definition, changes)
        before = {name: getattr(definition, name) for name in changes}
        for name, value in changes.items():
            setattr(definition, name, value)
        definition.save(update_fields=[*changes])
        record(actor, "field.changed", definition, name=definition.name_en, was=before, now=changes)
        _announce_change(actor, definition.resource_type)
    return definition


CHANGEABLE: Final = frozenset(
    {"name_cn", "length", "element_set", "is_listed", "is_searchable", "note", "position"}
)


def _check_change(definition: FieldDefinition, changes: dict[str, Any]) -> None:
    if "name_cn" in changes:
        _raise_complaints({"name_cn": complaint_about_chinese(changes["name_cn"])})
        siblings = definition.resource_type.fields.filter(parent=definition.parent).exclude(pk=definition.pk)
        if siblings.filter(name_cn=changes["name_cn"]).exists():
            raise FieldNameTaken(fields={"name_cn": "已有同名元素"})
    length, before = changes.get("length", definition.length), definition.length
    if length is not None and (before is None or not before <= length <= 1_000_000):
        raise FieldDefinitionIllegal(fields={"length": "已有内容，长度只能放宽"})


def _announce_change(actor: Person, type_: ResourceType) -> None:
    announce(ResourceTypeChanged(type_id=type_.pk, type_code=type_.code), actor_id=actor.id)


def register_element_word(
    *, actor: Person, abbreviation: str, full_word: str, name_cn: str = ""
) -> ElementName:
    """Register a word or abbreviation that English element names may use (P6-07)."""
    with transaction.atomic():
        require(may_define(viewer_for(actor)))
        _check_word(abbreviation)
        row, is_new = ElementName.objects.get_or_create(
            abbreviation=abbreviation, defaults={"full_word": full_word, "name_cn": name_cn}
        )
        if not is_new and row.full_word != full_word:
            raise FieldNameTaken(
                f"缩写“{abbreviation}”已登记为“{row.full_word}”。", fields={abbreviation: "已登记"}
            )
        record(actor, "element-word.registered", row, full_word=full_word)
    return row


def _register_words(specification: FieldSpecification) -> None:
    for abbreviation, (full_word, name_cn) in specification.words.items():
        _check_word(abbreviation)
        ElementName.objects.get_or_create(
            abbreviation=abbreviation, defaults={"full_word": full_word, "name_cn": name_cn}
        )


def _registered_words() -> set[str]:
    rows = ElementName.objects.values_list("abbreviation", "full_word")
    return {word for row in rows for word in row}


def _check_word(word: str) -> None:
    if not (word.isascii() and word.isalnum() and word[:1].isupper()):
        raise FieldNameIllegal(f"“{word}”须以大写字母开头。", fields={word: "须以大写字母开头"})


def _check_type_names(standard: LibraryStandard, code: str, name_cn: str, name_en: str) -> None:
    words = _registered_words()
    complaints = {
        "name_en": complaint_about_english(name_en, words | {name_en}),
        "name_cn": complaint_about_chinese(name_cn),
    }
    _raise_complaints(complaints)
    same = Q(code=code) | Q(name_cn=name_cn) | Q(name_en=name_en)
    if standard.types.filter(same).exists():
        raise FieldNameTaken("该标准中已有同代码或同名的资源类型。", fields={"code": code})


def _check_names(
    type_: ResourceType, specification: FieldSpecification, parent: FieldDefinition | None
) -> None:
    words = _registered_words()
    _raise_complaints(
        {
            "name_en": complaint_about_english(specification.name_en, words),
            "name_cn": complaint_about_chinese(specification.name_cn),
        }
    )
    siblings = type_.fields.filter(parent=parent)
    taken = {
        "name_en": siblings.filter(name_en__iexact=specification.name_en).exists(),
        "name_cn": siblings.filter(name_cn=specification.name_cn).exists(),
    }
    if any(taken.values()):
        raise FieldNameTaken(fields={name: "已有同名元素" for name, is_taken in taken.items() if is_taken})


def _raise_complaints(complaints: dict[str, str]) -> None:
    wrong = {name: complaint for name, complaint in complaints.items() if complaint}
    if wrong:
        raise FieldNameIllegal("；".join(wrong.values()) + "。", fields=wrong)


def _check_definition(
    type_: ResourceType, specification: FieldSpecification, parent: FieldDefinition | None
) -> None:
    given = specification
    wrong = {
        "data_type": given.data_type not in DataType.values,
        "obligation": given.obligation not in Obligation.values,
        "length": given.length is not None and not 1 <= given.length <= 1_000_000,
        "condition": given.condition is not None and given.obligation != Obligation.CONDITIONAL,
        "domain": not _is_domain(given.domain),
        "parent": parent is not None
        and (parent.data_type not in _NESTING or parent.resource_type_id != type_.pk),
        "is_title": given.is_title and type_.fields.filter(is_title=True).exists(),
    }
    fields = {name: "不合规" for name, is_wrong in wrong.items() if is_wrong}
    if fields:
        raise FieldDefinitionIllegal(fields=fields)


def _is_domain(domain: dict[str, Any] | None) -> bool:
    if domain is None:
        return True
    if set(domain) == {"scheme"}:
        return CategoryScheme.objects.filter(code=domain["scheme"]).exists()
    codes = domain.get("codes")
    return set(domain) == {"codes"} and isinstance(codes, dict) and bool(codes)
