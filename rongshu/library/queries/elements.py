"""The elements of a version by their Chinese names, for whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rongshu.library.models import ResourceVersion
from rongshu.library.queries.differences import values_of
from rongshu.library.queries.schemas import schema_of


@dataclass(frozen=True)
class ShownElement:
    """One element as a person reads it; `rule` is the rule that filled it in, "" where a person did."""

    name_cn: str
    text: str
    rule: str


def elements_shown(version: ResourceVersion) -> list[ShownElement]:
    """Return the elements that have a value, in the order of the type, without the text itself."""
    type_ = version.resource.type
    values = values_of(version)
    return [
        ShownElement(
            rule.name_cn, _text(values[rule.name], rule.domain or {}), version.derived.get(rule.name, "")
        )
        for rule in schema_of(type_.code, standard=type_.standard_id).fields
        if rule.name != "Content" and values.get(rule.name) not in (None, "", [], {})
    ]


def _text(value: Any, domain: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_text(item, domain) for item in value)
    if isinstance(value, dict):
        return str(value.get("name") or "；".join(_text(item, {}) for item in value.values() if item))
    return domain.get(value, str(value)) if isinstance(value, str) else str(value)
