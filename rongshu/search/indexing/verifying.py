"""Drift: does the index say what library and sites say? What differs is asked for again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson

from rongshu.foundation import work
from rongshu.search.engines.choosing import engine
from rongshu.search.indexing.planning import QUEUE
from rongshu.search.sources import DocumentSource, document_id, ids_of_thing, registered, thing_of

_AT_ONCE: Final = 500


@dataclass
class Drift:
    """Things the index lacks, things it has in another wording, and things it should not have."""

    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    checked: int = 0

    @property
    def is_none(self) -> bool:
        """Whether the index is as it should be."""
        return not (self.missing or self.stale or self.surplus)

    def things(self) -> list[str]:
        """Every thing with a difference, once."""
        return list(dict.fromkeys((*self.missing, *self.stale, *self.surplus)))


def find_drift(index: str) -> Drift:
    """Compare an index with what it is made from; what is still in the queue may differ rightly."""
    drift, expected = Drift(), set[str]()
    for source in registered():
        for ids in _portions(source, index):
            expected |= _compare(source, index, ids, drift)
    drift.surplus = [_thing(one) for one in engine(index).ids() if one not in expected]
    return drift


def ask_for(things: Iterable[str]) -> int:
    """Have these things looked at again; return how many."""
    return work.enqueue(work.WorkRequest(QUEUE, thing, priority=work.EDIT) for thing in things)


def _compare(source: DocumentSource, index: str, ids: Sequence[UUID], drift: Drift) -> set[str]:
    """Note what differs; return which documents there have to be."""
    loading = source.loading(index)
    wanted = {one.id: dict(one.source) for one in loading.load(ids)} if loading else {}
    places = [place for one in ids for place in ids_of_thing(document_id(source.kind, one))]
    there = engine(index).documents(places)
    for id_, said in wanted.items():
        if id_ not in there:
            drift.missing.append(_thing(id_))
        elif _canonical(said) != _canonical(there[id_]):
            drift.stale.append(_thing(id_))
    drift.checked += len(wanted)
    return set(wanted)


def _portions(source: DocumentSource, index: str) -> Iterator[list[UUID]]:
    loading, after = source.loading(index), None
    while loading is not None:
        ids = loading.ids_after(after, _AT_ONCE)
        if ids:
            yield ids
            after = ids[-1]
        if len(ids) < _AT_ONCE:
            return


def _canonical(said: Any) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


def _thing(document: str) -> str:
    return document_id(*thing_of(document))
