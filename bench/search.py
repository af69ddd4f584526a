"""How fast the embedded engine takes documents in, and answers: ten hits, four facets, snippets.

    python -m bench.search [--documents 1000000] [--characters 600] [--queries 1000] [--folder FOLDER]
                           [--processes 2] [--data ../shared/data]

Targets at 1,000,000 documents of 600 characters on 2 cores: 3,000 documents a second; p50 15 ms, p95 60 ms;
suggestions p95 50 ms. The texts are made before the clock starts. With `--folder` an interrupted run goes on
where it was, and a complete index is only asked. Queries are understood and ranked as the page does it. Time
on the processors is printed as well: on a busy machine it says more than the clock.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bench.measuring import Memory

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

    from rongshu.search.documents import Prepared, SearchDocument
    from rongshu.search.engines.embedded.engine import EmbeddedEngine

_FACETS: Final = ("site", "type", "year", "level")
# One commit: what the writer takes into its segments. It bounds what waits between the processes as well.
_PORTION: Final = 40_000
_BATCH: Final = 250
_WARM: Final = 100
_INDEXING: Final = 3_000.0
_PAGES: Final = (15.0, 60.0)
_SUGGESTIONS: Final = (50.0, 50.0)


def main() -> int:
    """Fill, ask, print one line each; 1 when a target is missed."""
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rongshu.project.settings")
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="rongshu-bench-")))
        os.environ["RONGSHU_DATA"] = str(scratch)
        import django  # noqa: PLC0415 - the environment first

        django.setup()
        from rongshu.search.engines.embedded.engine import EmbeddedEngine  # noqa: PLC0415

        engine = EmbeddedEngine(str(options.folder or scratch), "bench")
        pool = stack.enter_context(get_context("fork").Pool(options.processes)) if options.processes else None
        return int(not all((fill(engine, options, pool), ask(engine, options))))


def _options() -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--characters", type=int, default=600)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument(
        "--processes", type=int, default=2, help="which analyse, beside the engine's own threads"
    )
    parser.add_argument("--folder", type=Path, help="a folder for the index, kept")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    return parser.parse_args()


def fill(engine: EmbeddedEngine, options: argparse.Namespace, pool: Pool | None) -> bool:
    """Bring the index to its size; what is there already stays. Return whether it was fast enough."""
    from bench.search_texts import documents  # noqa: PLC0415
    from rongshu.search.indexing.targets import stamp_now  # noqa: PLC0415

    found = [one.name for one in engine.generations() if one.stamp == stamp_now()]
    name = found[0] if found else engine.begin_generation(stamp_now())
    there = engine.count(name)
    wanted: int = options.documents
    if there >= wanted:
        print(f"indexing: {there:,} documents are there already")
        return True
    made = documents(options.data, wanted, options.characters)
    with Memory() as memory:
        took, spent = _write(engine, name, itertools.islice(made, there, None), there, pool)
    engine.switch(name)
    written = wanted - there
    size = sum(file.stat().st_size for file in Path(engine.folder(name)).rglob("*") if file.is_file())
    print(
        f"indexing: {written:,} documents, {written / took:,.0f}/s with merges (target {_INDEXING:,.0f}),"
        f" {1e6 * spent / written:,.0f} µs of processor each; index {size / 1e6:,.0f} MB;"
        f" at most {memory.peak:,.0f} MB PSS"
    )
    return written / took >= _INDEXING


def _write(
    engine: EmbeddedEngine, name: str, wanted: Iterator[SearchDocument], there: int, pool: Pool | None
) -> tuple[float, float]:
    """Write what is wanted, merges included; return seconds by the clock and on the processors."""
    took, making, analysing = 0.0, 0.0, 0.0
    busy = time.process_time()
    with engine.writer(name, bulk=True) as writer:
        while True:
            making -= time.thread_time()
            portion = list(itertools.islice(wanted, _PORTION))
            making += time.thread_time()
            if not portion:
                break
            began = time.monotonic()
            for batch, seconds in _prepared(portion, pool):
                analysing += seconds
                for prepared in batch:
                    writer.add(prepared, replaces=False)
            writer.commit()
            took += time.monotonic() - began
            there += len(portion)
            print(f"  {there:,} documents, {took:,.0f} s", flush=True)
        began = time.monotonic()
    took += time.monotonic() - began
    here = time.process_time() - busy - making
    return took, here + (analysing if pool else 0.0)


def _prepared(portion: Sequence[SearchDocument], pool: Pool | None) -> Iterable[tuple[list[Prepared], float]]:
    batches = (portion[at : at + _BATCH] for at in range(0, len(portion), _BATCH))
    return pool.imap(_prepare, batches) if pool else map(_prepare, batches)


def _prepare(batch: Sequence[SearchDocument]) -> tuple[list[Prepared], float]:
    """Analyse documents; return the seconds of processor it took as well."""
    from rongshu.search.documents import prepare  # noqa: PLC0415

    began = time.process_time()
    prepared = [prepare(document) for document in batch]
    return prepared, time.process_time() - began


def ask(engine: EmbeddedEngine, options: argparse.Namespace) -> bool:
    """Ask distinct queries of one to four words as the page does; return whether it is fast enough."""
    from bench.search_texts import queries  # noqa: PLC0415

    asked = queries(options.data, options.queries)
    page = _page(engine)
    for text in asked[:_WARM]:
        page(text)
    typed = [text[: 1 + place % 4] for place, text in enumerate(asked)]
    are_fast = (
        _measured("a page: ten hits, four facets, snippets", page, asked, _PAGES),
        _measured("suggestions", _suggesting(engine), typed, _SUGGESTIONS),
    )
    return all(are_fast)


def _page(engine: EmbeddedEngine) -> Callable[[str], None]:
    """What the engine does for a page of results, and the marking of what it found."""
    from rongshu.foundation import clock  # noqa: PLC0415
    from rongshu.search import analysis  # noqa: PLC0415
    from rongshu.search.engines.clauses import Everything  # noqa: PLC0415
    from rongshu.search.engines.port import EngineRequest  # noqa: PLC0415
    from rongshu.search.ranking import Situation, find  # noqa: PLC0415
    from rongshu.search.snippets import Highlighter  # noqa: PLC0415
    from rongshu.search.understanding import understand  # noqa: PLC0415
    from rongshu.search.understanding.vocabulary import seeded  # noqa: PLC0415

    request = EngineRequest(clause=Everything(), facets=_FACETS)
    today = clock.today()

    def ask(text: str) -> None:
        understood = understand(text, seeded(), today)
        found = find(engine, understood, Situation(today=today), request)
        highlighter = Highlighter(analysis.segment(text))
        for hit in found.answer.hits:
            highlighter.mark(str(hit.source["title"]))
            highlighter.snippet(str(hit.source.get("text", "")))

    return ask


def _suggesting(engine: EmbeddedEngine) -> Callable[[str], None]:
    from rongshu.search.engines.port import EngineRequest  # noqa: PLC0415
    from rongshu.search.queries.suggesting import MOST, titles_like  # noqa: PLC0415

    def ask(typed: str) -> None:
        clause = titles_like(typed)
        if clause is not None:
            engine.search(EngineRequest(clause=clause, limit=MOST, counted=False))

    return ask


def _measured(
    label: str, ask: Callable[[str], None], texts: Sequence[str], targets: tuple[float, float]
) -> bool:
    """Ask one after the other, print what it took; `targets` are those for p50 and p95 in ms."""
    took, busy = [], time.process_time()
    for text in texts:
        began = time.perf_counter()
        ask(text)
        took.append(1000 * (time.perf_counter() - began))
    busy = 1000 * (time.process_time() - busy) / len(texts)
    cuts = statistics.quantiles(took, n=100)
    print(
        f"{label}: p50 {cuts[49]:.1f} ms (target {targets[0]:.0f}), p95 {cuts[94]:.1f} ms"
        f" (target {targets[1]:.0f}), p99 {cuts[98]:.1f} ms; {busy:.1f} ms of processor each",
        flush=True,
    )
    return cuts[49] <= targets[0] and cuts[94] <= targets[1]


if __name__ == "__main__":
    sys.exit(main())
