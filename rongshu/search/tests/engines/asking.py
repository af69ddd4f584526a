"""Short ways to ask an engine."""

from __future__ import annotations

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
