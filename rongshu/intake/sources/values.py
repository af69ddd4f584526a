"""Values of records: reached by dotted names, brought into what JSON knows, and their digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

_DEEPEST: Final = 4


def value_at(values: Any, path: str) -> Any:
    """Return what stands at a dotted name ("data.list.0.title"), None where there is nothing."""
    if isinstance(values, Mapping) and path in values:
        return values[path]
    for step in path.split("."):
        if isinstance(values, Mapping):
            values = values.get(step)
        elif isinstance(values, list) and step.isdecimal() and int(step) < len(values):
            values = values[int(step)]
        else:
            return None
    return values


def plain(value: Any) -> Any:
    """Bring a database's or a workbook's value into the kinds a record may hold."""
    if value is None or isinstance(value, str | bool | int | bytes | datetime | date):
        return value
    if isinstance(value, float | Decimal):
        number = float(value)
        return int(value) if number.is_integer() and abs(number) < 2**53 else number
    if isinstance(value, memoryview | bytearray):
        return bytes(value)
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(inner) for inner in value]
    return str(value)


def digest_of(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 over all values, so that a record that says the same is known again."""
    state = hashlib.sha256()
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=_for_digest)
    state.update(text.encode("utf-8", "surrogatepass"))
    return state.hexdigest()


def _for_digest(value: Any) -> str:
    if isinstance(value, bytes):
        return f"bytes:{hashlib.sha256(value).hexdigest()}"
    return str(value.isoformat()) if isinstance(value, datetime | date) else str(value)


def names_in(values: Any, before: str = "", depth: int = 0) -> Iterator[str]:
    """Yield the dotted names of everything a record holds, outer ones first."""
    if not isinstance(values, Mapping) or depth > _DEEPEST:
        return
    for name, inner in values.items():
        yield f"{before}{name}"
        yield from names_in(inner, f"{before}{name}.", depth + 1)
