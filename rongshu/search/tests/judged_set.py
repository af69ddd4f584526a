"""Our own judged set, and whether a pair of characters finds the title it stands in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from rongshu.search.documents import SearchDocument
from rongshu.search.engines.clauses import All, OneOf
from rongshu.search.engines.port import Engine, EngineRequest
from rongshu.search.evaluating import Collection, read_collection
from rongshu.search.ranking import Situation, matching
from rongshu.search.understanding import seeded, understand

FOLDER: Final = Path(__file__).parent / "judged"
_TODAY: Final = date(2026, 1, 1)


def judged_set() -> Collection:
    """Return the set."""
    return read_collection(*(FOLDER / f"{name}.jsonl" for name in ("corpus", "queries", "qrels")))


def neighbours(title: str) -> list[str]:
    """Return the pairs of neighbouring Han characters of a title."""
    both = (title[at : at + 2] for at in range(len(title) - 1))
    return [pair for pair in both if all("\u4e00" <= character <= "\u9fff" for character in pair)]


def finds(engine: Engine, pair: str, document: SearchDocument) -> bool:
    """Whether a pair, looked for in titles, has a document among all matches."""
    understood = understand(f"标题:{pair}", seeded(), _TODAY)
    clause = matching(understood, Situation(today=_TODAY), every_word=True)
    itself = All((clause, OneOf("id", (document.id,))))
    return engine.search(EngineRequest(clause=itself, limit=0)).total == 1
