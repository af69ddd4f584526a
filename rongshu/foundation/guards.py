"""Guards: the one row asked for, among the rows that are the viewer's."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from rongshu.foundation.errors import NotFound

_M = TypeVar("_M", bound=Model)


def get_one(rows: QuerySet[_M], **key: Any) -> _M:
    """Return the row with this key; an absent one and one that is not among the rows are the same
    `NotFound`."""
    found = rows.filter(**key).first()
    if found is None:
        raise NotFound
    return found
