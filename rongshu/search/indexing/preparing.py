"""Things as prepared documents, as they are now; one that can't be loaded doesn't hold up the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from django.db import Error

from rongshu.search.documents import Prepared, prepare
from rongshu.search.sources import source_named, thing_of

log = structlog.get_logger("rongshu.search")


@dataclass
class PreparedThings:
    """Documents, and what went wrong with things that have none for that reason."""

    documents: list[Prepared] = field(default_factory=list)
    errors: dict[str, Exception] = field(default_factory=dict)


def prepare_things(index: str, things: Collection[str]) -> PreparedThings:
    """Load and analyse things for an index; what may not be found there has no document."""
    found = PreparedThings()
    for kind, ids in _by_kind(things).items():
        try:
            found.documents += _prepared(index, kind, ids.values())
        except Error:
            raise  # the database is not well: that is no matter of one document
        except Exception:  # noqa: BLE001 - any of them may be broken: look which
            _one_by_one(index, kind, ids, found)
    return found


def _one_by_one(index: str, kind: str, ids: Mapping[str, UUID], found: PreparedThings) -> None:
    for thing, id_ in ids.items():
        try:
            found.documents += _prepared(index, kind, [id_])
        except Error:
            raise
        except Exception as error:
            log.exception("search-document-failed", document=thing)
            found.errors[thing] = error


def _prepared(index: str, kind: str, ids: Collection[UUID]) -> list[Prepared]:
    source = source_named(kind)
    loading = source.loading(index) if source else None
    return [prepare(document) for document in loading.load(ids)] if loading else []


def _by_kind(things: Collection[str]) -> dict[str, dict[str, UUID]]:
    by_kind: dict[str, dict[str, UUID]] = {}
    for thing in things:
        kind, id_ = thing_of(thing)
        by_kind.setdefault(kind, {})[thing] = id_
    return by_kind
