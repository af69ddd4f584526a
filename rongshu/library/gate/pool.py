"""Preparing portions of records here or in further processes, in order, a bounded number ahead."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType
from typing import Self

from rongshu.library.gate.preparing import PreparedRecord, RawRecord, prepare
from rongshu.library.gate.records import GateDefaults
from rongshu.library.gate.schemas import TypeSchema

Portion = tuple[Sequence[RawRecord], Mapping[str, TypeSchema]]


class Preparer:
    """A place where records are prepared; with `processes` it computes while the caller writes."""

    def __init__(self, *, processes: int, defaults: GateDefaults) -> None:
        self.defaults = defaults
        self.ahead = 2 * processes
        # A fresh interpreter and not a fork: the parent has threads and open database connections.
        context = multiprocessing.get_context("spawn")
        self.pool = ProcessPoolExecutor(processes, mp_context=context) if processes else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def prepare(self, portions: Iterable[Portion]) -> Iterator[list[PreparedRecord]]:
        """Yield the prepared records of each portion, in order; at most `ahead` portions wait."""
        if self.pool is None:
            for raws, schemas in portions:
                yield prepare_portion(raws, schemas, self.defaults)
            return
        waiting: deque[Future[list[PreparedRecord]]] = deque()
        for raws, schemas in portions:
            waiting.append(self.pool.submit(prepare_portion, raws, schemas, self.defaults))
            if len(waiting) > self.ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def prepare_portion(
    raws: Sequence[RawRecord], schemas: Mapping[str, TypeSchema], defaults: GateDefaults
) -> list[PreparedRecord]:
    """Prepare several records; runs in a worker process."""
    prepared = [prepare(raw, schemas.get(raw.content.type_code), defaults) for raw in raws]
    for record in prepared:
        # The body has it too, and a third of what goes between processes would be text.
        record.content.text = ""
    return prepared
