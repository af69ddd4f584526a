"""Short ways to ask an engine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rongshu.search.engines.clauses import Clause
from rongshu.search.engines.port import Engine, EngineAnswer, EngineRequest


def ask(engine: Engine, clause: Clause, **parts: Any) -> EngineAnswer:
    """Search for a clause."""
    return engine.search(EngineRequest(clause=clause, **parts))


def names(answer: EngineAnswer) -> list[str]:
    """Return the hits without their prefix, in order."""
    return [hit.id.removeprefix("resource:") for hit in answer.hits]


def found(engine: Engine, clause: Clause, **parts: Any) -> set[str]:
    """Return what matches, in no order."""
    return set(names(ask(engine, clause, limit=100, **parts)))


def score(engine: Engine, clause: Clause, name: str) -> float:
    """Return the score of one document."""
    return next(hit.score for hit in ask(engine, clause, limit=100).hits if hit.id == f"resource:{name}")


@contextmanager
def reading(
    engine: Engine, clause: Clause, *, total: int, readers: int = 4, **parts: Any
) -> Iterator[list[object]]:
    """Ask all the time, from several threads at once; yield what was not answered as it has to be."""
    problems: list[object] = []
    is_over = threading.Event()

    def read() -> None:
        while True:
            try:
                answer = ask(engine, clause, **parts)
            except Exception as error:  # noqa: BLE001 - whatever a reader meets fails the test
                problems.append(error)
                return
            if answer.total != total:
                problems.append(answer)
            if is_over.is_set():
                return

    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    try:
        yield problems
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
