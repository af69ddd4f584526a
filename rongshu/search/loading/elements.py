"""Which elements of a resource are searched: those the library's standard calls searchable (P2-02)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from rongshu.foundation import clock
from rongshu.library.models import FieldDefinition

DOCUMENT_NUMBER: Final = "DocNo"
_FRESH_SECONDS: Final = 2.0
_MOST_NESTED: Final = 400


class Searchables:
    """The names of the searchable elements of each type, read again when they are old."""

    def __init__(self) -> None:
        self._names: dict[UUID, frozenset[str]] = {}
        self._read_at, self._lock = 0.0, threading.Lock()

    def of(self, type_id: UUID) -> frozenset[str]:
        """Return the names of a type's searchable elements."""
        with self._lock:
            now = clock.now().timestamp()
            if not 0 <= now - self._read_at < _FRESH_SECONDS:
                self._names, self._read_at = _read(), now
            return self._names.get(type_id, frozenset())

    def forget(self) -> None:
        """Read again at the next look."""
        self._read_at = 0.0


SEARCHABLES: Final = Searchables()


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


def _read() -> dict[UUID, frozenset[str]]:
    rows = FieldDefinition.objects.filter(is_searchable=True, parent=None)
    found: dict[UUID, set[str]] = {}
    for type_id, name in rows.values_list("resource_type_id", "name_en"):
        found.setdefault(type_id, set()).add(name)
    return {type_id: frozenset(names) for type_id, names in found.items()}
