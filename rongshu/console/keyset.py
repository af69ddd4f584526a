"""Pages by key: the next rows after, or before, the last one seen; as fast on page ten thousand as on one."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, Model, Q, QuerySet

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class KeyPage(Generic[M]):
    """The rows of one page and the keys of its neighbours ("" where there is none)."""

    rows: list[M]
    before: str = ""
    after: str = ""


def key_page(rows: QuerySet[M], order: str, size: int, *, after: str = "", before: str = "") -> KeyPage[M]:
    """Return `size` rows of the queryset ordered by `order` ("-at" for descending), ties broken by id.

    `after` and `before` are keys of a former page; one that can't be read gives the first page. The field
    must not be nullable: a comparison with NULL would lose rows.
    """
    field, is_descending = order.removeprefix("-"), order.startswith("-")
    _column(rows.model, field)
    key = _read_key(rows.model, field, before or after)
    is_backwards = bool(before) and key is not None
    downwards = is_descending != is_backwards
    selected = rows if key is None else rows.filter(_beyond(field, key, downwards))
    sign = "-" if downwards else ""
    ordering = [f"{sign}{field}"] + ([] if _is_id(rows.model, field) else [f"{sign}pk"])
    found = _read(selected.order_by(*ordering)[: size + 1], rows)
    more, found = len(found) > size, found[:size]
    if is_backwards:
        found.reverse()
        if not found:
            return key_page(rows, order, size)
        return KeyPage(found, _key(found[0], field) if more else "", _key(found[-1], field))
    first = _key(found[0], field) if key is not None and found else ""
    return KeyPage(found, first, _key(found[-1], field) if more else "")


def _read(page: QuerySet[M], rows: QuerySet[M]) -> list[M]:
    """Read the rows of a page; those with joined rows by their keys alone first.

    A database that joins before it sorts and cuts joins tens of thousands of rows to show fifty.
    """
    query = rows.query
    if not query.select_related or query.annotations or query.distinct or query.combinator:
        return list(page)
    keys = list(page.values_list("pk", flat=True))
    whole = rows.model._default_manager.filter(pk__in=keys)
    whole.query.select_related = query.select_related
    whole.query.deferred_loading = query.deferred_loading
    prefetched = getattr(rows, "_prefetch_related_lookups", ())
    found = {row.pk: row for row in whole.prefetch_related(*prefetched)}
    return [found[key] for key in keys if key in found]


def count_up_to(rows: QuerySet[Any], limit: int) -> int:
    """Return the number of rows, at most `limit` + 1: nobody reads an exact million, and counting is slow."""
    return rows.order_by()[: limit + 1].count()


def _beyond(field: str, key: tuple[Any, Any], downwards: bool) -> Q:
    value, identifier = key
    side = "lt" if downwards else "gt"
    if field == "pk":
        return Q(**{f"pk__{side}": identifier})
    # The first condition is implied by the second; it lets the database start in its index.
    return Q(**{f"{field}__{side}e": value}) & (
        Q(**{f"{field}__{side}": value}) | Q(**{f"pk__{side}": identifier})
    )


def _column(model: type[Model], path: str) -> Field[Any, Any]:
    """Return the field at the end of a path, refusing nullable ones on the way."""
    field: Any = None
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        if field is None or field.null:
            raise ValueError(f"a list can't be ordered by {path}: it may be empty")
        model = field.related_model or model
    if not isinstance(field, Field):
        raise FieldDoesNotExist(path)
    return field


def _is_id(model: type[Model], field: str) -> bool:
    return field == "pk" or (model._meta.pk is not None and model._meta.pk.name == field)


def _key(row: Model, path: str) -> str:
    value: Any = row
    for name in path.split("__"):
        value = getattr(value, name)
    plain = value.isoformat() if isinstance(value, date) else value if isinstance(value, int) else str(value)
    packed = json.dumps([plain, str(row.pk)], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _read_key(model: type[Model], path: str, key: str) -> tuple[Any, Any] | None:
    if not key or model._meta.pk is None:
        return None
    try:
        value, identifier = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        return _column(model, path).to_python(value), model._meta.pk.to_python(identifier)
    except (ValueError, TypeError, binascii.Error, ValidationError):
        return None
