"""The indexer: writes what work asks for into what serves, and fills new generations beside it.

There is one at a time: it holds the lease, in which writers stay open as long as there is something to do.
Everything happens one after the other in one thread, so what a build writes is never older than what an event
has written before it. A document is read from the database when its turn comes; a killed indexer leaves the
work where it was.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

import structlog

from rongshu.foundation import work
from rongshu.foundation.leases import Lease, LeaseHeld, LeaseLost, acquire
from rongshu.foundation.models import Work
from rongshu.search.engines.choosing import INDEXES
from rongshu.search.indexing.building import Build
from rongshu.search.indexing.planning import (
    QUEUE,
    REBUILD,
    SWEEP,
    document_requests,
    rebuild_request,
    sweep_request,
)
from rongshu.search.indexing.preparing import prepare_things
from rongshu.search.indexing.targets import Target, is_outdated, serving_generation
from rongshu.search.sources import ids_of_thing, source_named

log = structlog.get_logger("rongshu.search")

LEASE: Final = "search-indexer"
_LEASE_SECONDS: Final = 60
# A batch is found by readers after one commit: small enough that a recall never waits long behind it.
_BATCH: Final = 200
_SWEPT_AT_ONCE: Final = 500
_RUN_SECONDS: Final = 2.0
# Writers are kept for a while: merges under way would be lost with them.
_IDLE_SECONDS: Final = 3.0


class Indexer:
    """One process' hand on the indexes."""

    def __init__(self) -> None:
        self._lease: Lease | None = None
        self._serving: dict[str, Target] = {}
        self._builds: dict[str, Build] = {}
        self._used_at = 0.0
        self._is_stamp_checked = False

    def run_once(self) -> bool:
        """Write what is asked for, for a few seconds at most; return whether there was anything."""
        self._check_stamp()
        works = work.take(QUEUE, "", _BATCH)
        if not works:
            self._rest()
            return False
        if not self._hold_lease():
            return False
        try:
            self._run(works)
        except BaseException:
            self.abandon()
            raise
        return True

    def close(self) -> None:
        """Let writers finish and give the lease back."""
        for target in self._targets():
            target.close()
        self._let_go()

    def abandon(self) -> None:
        """Give everything back as it is; what was not committed is done again."""
        for target in self._targets():
            target.abandon()
        self._let_go()

    def _run(self, works: list[Work]) -> None:
        until = time.monotonic() + _RUN_SECONDS
        while works and time.monotonic() < until:
            asked = [one for one in works if one.key != REBUILD]
            if asked:
                self._write(asked)
            else:
                self._build_on(works[0])
            self._held.renew()
            works = work.take(QUEUE, "", _BATCH)
        self._used_at = time.monotonic()

    def _write(self, works: Sequence[Work]) -> None:
        """Write the documents that are asked for into every generation, and let readers find them."""
        sweeps = [one for one in works if one.key.startswith(f"{SWEEP}:")]
        things = [one for one in works if not one.key.startswith(f"{SWEEP}:")]
        failed = self._write_things([one.key for one in things]) if things else {}
        for one in sweeps:
            _sweep(one)
        for one in things:
            if one.key in failed:
                work.fail(one, failed[one.key])
        work.finish([one for one in works if one.key not in failed])

    def _write_things(self, things: list[str]) -> dict[str, Exception]:
        gone = [id_ for thing in things for id_ in ids_of_thing(thing)]
        failed: dict[str, Exception] = {}
        for index in INDEXES:
            serving, build = self._serving_target(index), self._build_under_way(index)
            if serving is None and build is None:
                continue  # the first build is asked for, and reads everything as it is then
            prepared = prepare_things(index, things)
            failed.update(prepared.errors)
            if serving is not None:
                serving.put(gone, prepared.documents)
                serving.commit()
            if build is not None:
                build.touch(things, gone, prepared.documents)
        return failed

    def _build_on(self, asked: Work) -> None:
        """Fill a new generation a little further; the indexes take turns, and each serves when complete."""
        done = set(asked.payload.get("done", ()))
        index = next((one for one in INDEXES if one not in done), None)
        if index is None:
            work.finish([asked])
            return
        build = self._build_under_way(index)
        if build is None:
            build = self._builds[index] = Build.begun(index, str(asked.payload.get("reason", "")))
        if not build.step():
            return
        before = self._serving.pop(index, None)
        if before is not None:
            before.abandon()
        # The writer that filled it goes on as that of what serves.
        self._serving[index] = build.finish()
        del self._builds[index]
        _remember_done(asked, [*done, index])

    def _build_under_way(self, index: str) -> Build | None:
        if index not in self._builds and (found := Build.under_way(index)) is not None:
            self._builds[index] = found
        return self._builds.get(index)

    def _serving_target(self, index: str) -> Target | None:
        generation = serving_generation(index)
        known = self._serving.get(index)
        if known is not None and known.generation == generation:
            return known
        if known is not None:
            self._serving.pop(index).abandon()
        if generation is None:
            return None
        self._serving[index] = Target(index, generation, is_built=False)
        return self._serving[index]

    def _check_stamp(self) -> None:
        """Ask for a rebuild where what serves was made under another analysis; once per process."""
        if not self._is_stamp_checked:
            self._is_stamp_checked = True
            if any(is_outdated(index) for index in INDEXES):
                work.enqueue([rebuild_request("还没有索引，或索引由另一版本的分词、字段生成")])

    def _targets(self) -> Iterator[Target]:
        yield from self._serving.values()
        yield from (build.target for build in self._builds.values())

    @property
    def _held(self) -> Lease:
        if self._lease is None:
            raise LeaseLost
        return self._lease

    def _hold_lease(self) -> bool:
        """Keep the lease, or take it; one that was lost meanwhile takes what was open with it."""
        if self._lease is not None:
            try:
                self._lease.check()
                self._lease.renew()
            except LeaseLost:
                self.abandon()
        if self._lease is None:
            try:
                self._lease = acquire(LEASE, seconds=_LEASE_SECONDS)
            except LeaseHeld:
                return False
        return True

    def _let_go(self) -> None:
        self._serving.clear()
        self._builds.clear()
        lease, self._lease = self._lease, None
        if lease is not None:
            lease.release()

    def _rest(self) -> None:
        """After a while without work, let merges finish, and others write."""
        if self._lease is not None and time.monotonic() - self._used_at > _IDLE_SECONDS:
            self.close()


def _remember_done(asked: Work, done: list[str]) -> None:
    """Note which indexes are rebuilt, unless somebody asked anew meanwhile."""
    if len(done) == len(INDEXES):
        work.finish([asked])
    else:
        payload = {**asked.payload, "done": done}
        Work.objects.filter(pk=asked.pk, generation=asked.generation).update(payload=payload)


def _sweep(asked: Work) -> None:
    """Ask for the next documents under something, and for the sweep to go on behind them."""
    payload = asked.payload
    source = source_named(payload["kind"])
    if source is None:
        return
    after = UUID(payload["after"]) if payload["after"] else None
    id_ = UUID(payload["id"])
    ids = source.ids_under(payload["what"], id_, after, _SWEPT_AT_ONCE)
    requests = list(document_requests(source.kind, ids, work.LISTS))
    if len(ids) == _SWEPT_AT_ONCE:
        requests.append(sweep_request(source.kind, payload["what"], id_, ids[-1]))
    work.enqueue(requests, generation=asked.generation)
