"""Indexing a collection into a scratch index, and asking it."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final, TypeAlias

from rongshu.search import analysis
from rongshu.search.documents import prepare
from rongshu.search.engines.clauses import Any, Boost, Clause, Everything, Nothing, Term
from rongshu.search.engines.embedded.engine import EmbeddedEngine
from rongshu.search.engines.port import Engine, EngineAnswer, EngineRequest, Stamp
from rongshu.search.evaluating.collections import Collection
from rongshu.search.evaluating.measuring import Figures, figures_of
from rongshu.search.ranking.composing import Situation
from rongshu.search.ranking.finding import find
from rongshu.search.ranking.hearing import hear, understand_heard
from rongshu.search.ranking.profile import PROFILE, Profile
from rongshu.search.schema import SCHEMA_VERSION
from rongshu.search.semantics.encoding import encoder
from rongshu.search.semantics.keeping import VectorStore
from rongshu.search.semantics.leading import Lead
from rongshu.search.understanding import Vocabulary, seeded, understand

DEPTH: Final = 100
_PROGRESS: Final = 5_000

# From a question to the ids of what is found, the best first.
Finder: TypeAlias = Callable[[Engine, str], list[str]]
Progress: TypeAlias = Callable[[str], None]


def _quiet(_: str) -> None:
    return None


@contextmanager
def scratch_engine(collection: Collection, progress: Progress = _quiet) -> Iterator[Engine]:
    """Index a collection into a folder of its own, which goes when it is done with."""
    with tempfile.TemporaryDirectory(prefix="rongshu-evaluate-") as folder:
        engine = EmbeddedEngine(folder, "evaluate")
        generation = engine.begin_generation(Stamp(SCHEMA_VERSION, analysis.ANALYSIS_VERSION))
        with engine.writer(generation, bulk=True) as writer:
            for count, document in enumerate(collection.documents, start=1):
                writer.add(prepare(document), replaces=False)
                if count % _PROGRESS == 0:
                    progress(f"已索引 {count} / {len(collection.documents)} 篇")
            writer.commit()
        engine.switch(generation)
        try:
            yield engine
        finally:
            engine.close()


def evaluate(
    collection: Collection,
    engine: Engine,
    finder: Finder,
    *,
    exclude_self: bool = False,
    progress: Progress = _quiet,
) -> Figures:
    """Ask every question; `exclude_self` leaves the text with the question's own id out of what is found."""
    found: dict[str, list[str]] = {}
    for count, (question, text) in enumerate(collection.questions.items(), start=1):
        ids = finder(engine, text)
        found[question] = [one for one in ids if not (exclude_self and one == question)]
        if count % (_PROGRESS // 10) == 0:
            progress(f"已检索 {count} / {len(collection.questions)} 题")
    return figures_of(found, collection.judged, len(collection.documents))


def the_product(
    vocabulary: Vocabulary | None = None,
    *,
    profile: Profile = PROFILE,
    today: date | None = None,
    lead: Lead | None = None,
) -> Finder:
    """Find as the search page does, without a site or region of the reader's own."""
    words = vocabulary or seeded()
    situation = Situation(today=today or date(2024, 1, 1))

    def finder(engine: Engine, text: str) -> list[str]:
        understood = understand(text, words, situation.today)
        heard = hear(understood, engine)
        if heard is not None and heard.is_sure:
            understood = understand_heard(understood, heard.text, words, situation.today)
        # What is led comes in pages below a hundred; the one beyond it makes up for the question's own text.
        asked = _asked(Everything()) if lead is None else replace(_asked(Everything()), limit=DEPTH - 1)
        found = find(engine, understood, situation, asked, profile=profile, lead=lead)
        return _in_order(found.answer) if lead is None else [hit.id for hit in found.answer.hits]

    return finder


def by_meaning(vectors: Path | None = None) -> Lead:
    """Return a lead that encodes whatever it meets; `vectors`: a file that keeps them for another run."""
    return Lead(encoder(), VectorStore(vectors or ":memory:"), encodes=True)


def pairs_alone(engine: Engine, text: str) -> list[str]:
    """Find by BM25 of neighbouring characters in title and text: what others are measured against."""
    counted = Counter(analysis.pairs(text)).items()
    scored = [Boost(Term("body_pairs", one), times) for one, times in counted]
    clause: Clause = Any(tuple(scored)) if scored else Nothing()
    return _in_order(engine.search(_asked(clause)))


def _in_order(answer: EngineAnswer) -> list[str]:
    """Ids by score; of equals the engine keeps no order that would be the same in another index."""
    return [hit.id for hit in sorted(answer.hits, key=lambda hit: (-hit.score, hit.id))]


def _asked(clause: Clause) -> EngineRequest:
    return EngineRequest(clause=clause, limit=DEPTH + 1)
