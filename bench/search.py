"""How fast the embedded engine takes documents in, and answers: ten hits, four facets, snippets.

    python -m bench.search [--documents 100000] [--characters 600] [--queries 1000] [--keep FOLDER]
                           [--processes 2] [--data ../shared/data]

Target at 1,000,000 documents of 600 characters on 2 cores: 3,000 documents a second; p50 15 ms, p95 60 ms.
The texts are made before the clock starts. With `--keep` an interrupted run goes on where it was. Time on the
processors is printed as well: on a busy machine it says more than the clock.
"""

from __future__ import annotations

import argparse
import itertools
import os
import resource
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

    from rongshu.search.documents import Prepared, SearchDocument
    from rongshu.search.engines.embedded.engine import EmbeddedEngine

_FACETS: Final = ("site", "type", "year", "level")
_PORTION: Final = 20_000
_BATCH: Final = 250


def main() -> int:
    """Fill, ask, print one line each."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--characters", type=int, default=600)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument(
        "--processes", type=int, default=2, help="which analyse, beside the engine's own thread"
    )
    parser.add_argument("--keep", type=Path, help="a folder for the index, kept")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rongshu.project.settings")
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="rongshu-bench-")))
        os.environ["RONGSHU_DATA"] = str(scratch)
        import django  # noqa: PLC0415 - the environment first

        django.setup()
        from rongshu.search.engines.embedded.engine import EmbeddedEngine  # noqa: PLC0415

        engine = EmbeddedEngine(str(options.keep or scratch), "bench")
        pool = stack.enter_context(get_context("fork").Pool(options.processes)) if options.processes else None
        fill(engine, options, pool)
        ask(engine, options)
    return 0


def fill(engine: EmbeddedEngine, options: argparse.Namespace, pool: Pool | None) -> None:
    """Bring the index to its size; what is there already stays."""
    from bench.search_texts import documents  # noqa: PLC0415
    from rongshu.search.indexing.targets import stamp_now  # noqa: PLC0415

    found = [one.name for one in engine.generations() if one.stamp == stamp_now()]
    name = found[0] if found else engine.begin_generation(stamp_now())
    there = engine.count(name)
    made = documents(options.data, options.documents, options.characters)
    wanted = itertools.islice(made, there, None)
    took, spent, written = 0.0, 0.0, 0
    with engine.writer(name, bulk=True) as writer:
        while portion := list(itertools.islice(wanted, _PORTION)):
            began, busy = time.monotonic(), _busy()
            for prepared in _prepared(portion, pool):
                writer.add(prepared, replaces=False)
            writer.commit()
            took += time.monotonic() - began
            spent += _busy() - busy
            written += len(portion)
            print(f"  {there + written:,} documents, {written / took:,.0f}/s", flush=True)
        began = time.monotonic()
    took += time.monotonic() - began
    engine.switch(name)
    if written:
        size = sum(file.stat().st_size for file in Path(engine.folder(name)).rglob("*") if file.is_file())
        speed = f"{written / took:,.0f}/s with merges, {1e6 * spent / written:,.0f} µs of processor each"
        print(f"indexing: {written:,} documents, {speed}; index {size / 1e6:,.0f} MB")


def ask(engine: EmbeddedEngine, options: argparse.Namespace) -> None:
    """Ask distinct queries of one to four words as the page does; print what it took."""
    from bench.search_texts import queries  # noqa: PLC0415
    from rongshu.search import analysis  # noqa: PLC0415
    from rongshu.search.engines.port import EngineRequest  # noqa: PLC0415
    from rongshu.search.ranking import compose_plain  # noqa: PLC0415
    from rongshu.search.snippets import Highlighter  # noqa: PLC0415

    asked = queries(options.data, options.queries)
    for text in asked[:100]:
        engine.search(EngineRequest(clause=compose_plain(text), facets=_FACETS))
    for facets, label in (((), "ten hits"), (_FACETS, "with four facets and snippets")):
        took, busy = [], time.process_time()
        for text in asked:
            began = time.perf_counter()
            answer = engine.search(EngineRequest(clause=compose_plain(text), facets=facets))
            if facets:
                highlighter = Highlighter(analysis.segment(text))
                for hit in answer.hits:
                    highlighter.mark(str(hit.source["title"]))
                    highlighter.snippet(str(hit.source.get("text", "")))
            took.append(1000 * (time.perf_counter() - began))
        _print(label, took)
        print(f"  {1000 * (time.process_time() - busy) / len(asked):.1f} ms of processor each")


def _busy() -> float:
    """Seconds of processor of this process and, once they have ended, of those it began."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _print(label: str, took: Sequence[float]) -> None:
    cuts = statistics.quantiles(took, n=100)
    print(f"{label}: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms")


def _prepared(portion: Sequence[SearchDocument], pool: Pool | None) -> Iterator[Prepared]:
    batches = (portion[at : at + _BATCH] for at in range(0, len(portion), _BATCH))
    done = pool.imap(_prepare, batches) if pool else map(_prepare, batches)
    yield from itertools.chain.from_iterable(done)


def _prepare(batch: Sequence[SearchDocument]) -> list[Prepared]:
    from rongshu.search.documents import prepare  # noqa: PLC0415

    return [prepare(document) for document in batch]


if __name__ == "__main__":
    sys.exit(main())
