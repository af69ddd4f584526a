"""`owner_id__among=ids`: one of many ids, asked for as one value.

A person may hold grants for a thousand columns. As a thousand parameters (`__in`) they cost each question
several milliseconds to write and to plan; as one array hardly any.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ForeignKey, Lookup, UUIDField
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    _Lookup = Lookup[Any]
else:
    _Lookup = Lookup

_ASKED: Final = {
    "postgresql": "{} = ANY(%s::uuid[])",
    "sqlite": "{} IN (SELECT value FROM json_each(%s))",
}


class Among(_Lookup):
    """Whether an id, or the id of what a foreign key names, is one of many."""

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[UUID]) -> None:
        super().__init__(lhs, rhs if isinstance(rhs, frozenset) else frozenset(rhs))

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Write the comparison; with nothing to compare to there are no rows."""
        if not self.rhs:
            raise EmptyResultSet
        column, parameters = self.process_lhs(compiler, connection)
        return _ASKED[connection.vendor].format(column), [*parameters, _as_text(connection.vendor, self.rhs)]


@lru_cache(maxsize=128)
def _as_text(vendor: str, ids: frozenset[UUID]) -> str:
    """Return the ids as the database reads them; the same person asks with the same ones again and again."""
    if vendor == "sqlite":
        return json.dumps(sorted(one.hex for one in ids))
    return f"{{{','.join(sorted(map(str, ids)))}}}"


def register_among() -> None:
    """Let ids and foreign keys be compared so."""
    UUIDField.register_lookup(Among)
    ForeignKey.register_lookup(Among)
