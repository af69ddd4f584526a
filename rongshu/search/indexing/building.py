"""Filling a new generation beside the serving one; after a crash it goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Final, Self
from uuid import UUID

import structlog
from django.db import transaction

from rongshu.foundation import clock, work
from rongshu.search.documents import Prepared
from rongshu.search.engines.choosing import engine
from rongshu.search.indexing.planning import document_requests
from rongshu.search.indexing.preparing import prepare_things
from rongshu.search.indexing.targets import Target, stamp_now
from rongshu.search.models import IndexBuild
from rongshu.search.sources import DocumentSource, document_id, ids_of_thing, registered, thing_of

log = structlog.get_logger("rongshu.search")

# One step keeps events waiting: it stays below half a second.
_STEP: Final = 250
_COMMIT_EVERY: Final = 40_000
_COMMIT_SECONDS: Final = 20.0
_MOST_TOUCHED: Final = 2000
_END: Final = "-"  # behind the last source


class Build:
    """A generation being filled."""

    def __init__(self, row: IndexBuild) -> None:
        self.row = row
        self.target = Target(row.index, row.generation, is_built=True)
        # What may stand in the generation already: written before a crash, or by an event ahead of the build.
        self._is_resumed = bool(row.done or row.touched or row.kind)
        self._written: set[str] = set()
        self._uncommitted, self._committed_at = 0, time.monotonic()

    @classmethod
    def under_way(cls, index: str) -> Self | None:
        """Return the build that a killed or earlier indexer began; what it had not committed is redone."""
        row = IndexBuild.objects.filter(index=index, ended_at=None).first()
        if row is None:
            return None
        known = {one.name: one.stamp for one in engine(index).generations()}
        if known.get(row.generation) != stamp_now():
            _end(row, is_switched=False)
            return None
        build = cls(row)
        build._redo()
        return build

    @classmethod
    def begun(cls, index: str, reason: str) -> Self:
        """Begin a new generation; what lies around of unfinished ones goes."""
        its_engine = engine(index)
        for one in its_engine.generations():
            if not one.is_serving:
                its_engine.drop(one.name)
        generation = its_engine.begin_generation(stamp_now())
        log.info("search-build-begun", index=index, generation=generation, reason=reason)
        return cls(IndexBuild.objects.create(index=index, generation=generation, reason=reason[:200]))

    def touch(self, things: Sequence[str], ids: Collection[str], documents: Sequence[Prepared]) -> None:
        """Write what an event asked for here as well; it is remembered until it is committed."""
        self.target.put(ids, documents)
        self._written.update(things)
        self.row.touched = [*dict.fromkeys([*self.row.touched, *things])]
        self.row.save(update_fields=["touched"])
        if len(self.row.touched) > _MOST_TOUCHED:
            self._commit()

    def step(self) -> bool:
        """Write the next documents; return whether that was all."""
        source = self._source()
        if source is None:
            self._commit()
            return True
        loading = source.loading(self.row.index)
        ids = loading.ids_after(self.row.after, _STEP) if loading else []
        if ids:
            self._add(source, ids)
            self.row.after = ids[-1]
        if len(ids) < _STEP:
            self._next_source(source)
        is_time = time.monotonic() - self._committed_at > _COMMIT_SECONDS
        if self._uncommitted >= _COMMIT_EVERY or is_time:
            self._commit()
        return False

    def finish(self) -> Target:
        """Let the generation serve, remove the others; return its target for further writing."""
        its_engine = engine(self.row.index)
        its_engine.switch(self.row.generation)
        _end(self.row, is_switched=True)
        for one in its_engine.generations():
            if not one.is_serving:
                its_engine.drop(one.name)
        log.info("search-build-ended", generation=self.row.generation, documents=self.row.done)
        return self.target

    def _add(self, source: DocumentSource, ids: Sequence[UUID]) -> None:
        things = [document_id(source.kind, one) for one in ids]
        prepared = prepare_things(self.row.index, things)
        # What can't be loaded is asked for by itself, where its error is seen and it is tried again.
        work.enqueue(
            document_requests(source.kind, (thing_of(one)[1] for one in prepared.errors), work.LISTS)
        )
        documents = prepared.documents
        if self._is_resumed or not self._written.isdisjoint(things):
            self.target.put([id_ for thing in things for id_ in ids_of_thing(thing)], documents)
        else:
            self.target.add_new(documents)
        self._uncommitted += len(documents)
        self.row.done += len(documents)

    def _source(self) -> DocumentSource | None:
        """The source the build is at; the first one at its beginning, None behind the last."""
        kinds = [source.kind for source in registered()]
        if not self.row.kind:
            return registered()[0] if kinds else None
        return next((source for source in registered() if source.kind == self.row.kind), None)

    def _next_source(self, source: DocumentSource) -> None:
        kinds = [one.kind for one in registered()]
        following = kinds[kinds.index(source.kind) + 1 :]
        self.row.kind, self.row.after = (following[0] if following else _END), None

    def _commit(self) -> None:
        # First the engine, then the row: what the row says is done is in the generation for good.
        self.target.commit()
        self.row.touched = []
        self.row.save(update_fields=["kind", "after", "done", "touched"])
        self._uncommitted, self._committed_at = 0, time.monotonic()

    def _redo(self) -> None:
        things = [str(one) for one in self.row.touched]
        if things:
            gone = [id_ for thing in things for id_ in ids_of_thing(thing)]
            self.target.put(gone, prepare_things(self.row.index, things).documents)


def _end(row: IndexBuild, *, is_switched: bool) -> None:
    with transaction.atomic():
        row.ended_at, row.is_switched = clock.now(), is_switched
        row.save(update_fields=["ended_at", "is_switched"])
