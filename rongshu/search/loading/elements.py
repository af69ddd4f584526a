"""Which elements of a resource are searched: those the library's standard calls searchable (P2-02)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from rongshu.foundation.change_marks import Kept
from rongshu.library.models import FieldDefinition

DOCUMENT_NUMBER: Final = "DocNo"
_MOST_NESTED: Final = 400


def searchable_elements(type_id: UUID) -> frozenset[str]:
    """Return the names of a type's searchable elements."""
    return _NAMES(None).get(type_id, frozenset())


def texts_of(elements: Mapping[str, Any], names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the searchable elements that have text, name and text."""
    for name, value in elements.items():
        if name in names and (text := _text(value)):
            yield name, text


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return "" if value is None or isinstance(value, bool) else str(value)
    return " ".join(text for item in list(value)[:_MOST_NESTED] if (text := _text(item)))


def _read(_: None) -> dict[UUID, frozenset[str]]:
    rows = FieldDefinition.objects.filter(is_searchable=True, parent=None)
    found: dict[UUID, set[str]] = {}
    for type_id, name in rows.values_list("resource_type_id", "name_en"):
        found.setdefault(type_id, set()).add(name)
    return {type_id: frozenset(names) for type_id, names in found.items()}


_NAMES: Final = Kept("definitions", read=_read)
