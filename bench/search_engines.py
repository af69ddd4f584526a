"""The engines of the search beside PostgreSQL's full text: the same documents, words and queries, one run.

    python -m bench.search_engines [--documents 200000] [--characters 390] [--queries 300]
                                   [--engines embedded,opensearch,postgresql] [--data ../shared/data]

PostgreSQL gets the words our analysis found (GIN over a weighted tsvector, ts_rank); what it would do with
Chinese by itself is no comparison. "any" asks for documents with any of the words, "all" with every one;
"with facets" is what the page asks: ten hits, the total, and four facets.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import psycopg

    from rongshu.search.documents import Prepared
    from rongshu.search.engines.port import Engine

# Asks for words, any or every one of them; returns how many hits came back.
Ask = Callable[[list[str], bool], int]
_PREPARED: Final = "prepared.jsonl"
_FACETS: Final = ("site", "type", "year", "level")
_CLUSTER: Final = ("fsync=off", "shared_buffers=1GB", "work_mem=64MB", "jit=off", "listen_addresses=")


def main() -> int:
    """Fill every engine asked for, ask each the same, print what it took."""
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rongshu.project.settings")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="rongshu-bench-")))
        os.environ["RONGSHU_DATA"] = str(folder / "state")
        import django  # noqa: PLC0415 - the environment first

        django.setup()
        return _measure(options, folder, stack)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--characters", type=int, default=390)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--engines", default="embedded,opensearch,postgresql")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    return parser.parse_args()


def _measure(options: argparse.Namespace, folder: Path, stack: ExitStack) -> int:
    from bench.search_texts import queries  # noqa: PLC0415
    from rongshu.search import analysis  # noqa: PLC0415

    asked = [analysis.segment(text) for text in queries(options.data, options.queries)]
    with _clock("prepared", options.documents):
        _prepare(options, folder / _PREPARED)
    makers = {"embedded": _embedded, "opensearch": _opensearch, "postgresql": _postgresql}
    medians: dict[str, float] = {}
    for name in options.engines.split(","):
        plain, faceted = makers[name](options, folder, stack)
        medians[name] = _report(f"{name:11} any", plain, asked, every=False)
        _report(f"{name:11} all", plain, asked, every=True)
        if faceted is not None:
            _report(f"{name:11} any, with facets", faceted, asked, every=False)
    if (theirs := medians.get("postgresql")) is None:
        return 0
    ratios = {name: theirs / ours for name, ours in medians.items() if name != "postgresql"}
    for name, ratio in ratios.items():
        print(f"{name}: {ratio:,.1f} times as fast as PostgreSQL at p50")
    return int(any(ratio < 10 for ratio in ratios.values()))


def _report(label: str, ask: Ask, asked: Sequence[list[str]], *, every: bool) -> float:
    """Ask everything once to warm up and once for the clock; print and return the median in milliseconds."""
    order = list(asked)
    found = sum(ask(words, every) > 0 for words in order)
    random.Random(3).shuffle(order)
    took = []
    for words in order:
        began = time.perf_counter()
        ask(words, every)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    middle = statistics.median(took)
    high, highest = took[int(len(took) * 0.95)], took[int(len(took) * 0.99)]
    print(
        f"{label:28} p50 {middle:8.1f}  p95 {high:8.1f}  p99 {highest:8.1f} ms"
        f"  ({found}/{len(asked)} queries with hits)",
        flush=True,
    )
    return middle


def _prepare(options: argparse.Namespace, file: Path) -> None:
    """Write down what the analysis makes of the documents, once for all engines."""
    import orjson  # noqa: PLC0415

    from bench.search_texts import documents  # noqa: PLC0415
    from rongshu.search.analysis import joined_words  # noqa: PLC0415
    from rongshu.search.documents import prepare  # noqa: PLC0415

    with file.open("wb") as lines:
        for document in documents(options.data, options.documents, options.characters):
            lines.write(orjson.dumps((prepare(document), joined_words(document.body))) + b"\n")


def _prepared(folder: Path) -> Iterator[tuple[Prepared, str]]:
    """What our engines take, and the words of the body, which PostgreSQL takes in its place."""
    import orjson  # noqa: PLC0415

    with (folder / _PREPARED).open("rb") as lines:
        yield from map(orjson.loads, lines)


@contextmanager
def _clock(label: str, count: int) -> Iterator[None]:
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    print(f"{label:28} {count:,} documents in {took:,.0f} s, {count / took:,.0f}/s", flush=True)


def _embedded(options: argparse.Namespace, folder: Path, stack: ExitStack) -> tuple[Ask, Ask]:
    from rongshu.search.engines.embedded.engine import EmbeddedEngine  # noqa: PLC0415

    engine = EmbeddedEngine(str(folder / "embedded"), "public")
    stack.callback(engine.close)
    _fill(engine, "embedded", options, folder)
    print(f"{'embedded on disk':28} {_size(folder / 'embedded'):,.0f} MB")
    return _ask(engine, ()), _ask(engine, _FACETS)


def _opensearch(options: argparse.Namespace, folder: Path, stack: ExitStack) -> tuple[Ask, Ask]:
    from rongshu.project.testing.opensearch import private_cluster  # noqa: PLC0415
    from rongshu.search.engines.opensearch.engine import OpenSearchEngine  # noqa: PLC0415

    # Warmed up for good, as a server is that runs for weeks.
    cluster = stack.enter_context(private_cluster(2, heap="768m", is_light=False))
    engine = OpenSearchEngine(f"opensearch://{cluster.hosts}/bench", "public")
    stack.callback(engine.close)
    _fill(engine, "opensearch", options, folder)
    store = engine.client.indices.stats(index=engine.alias)["_all"]["primaries"]["store"]["size_in_bytes"]
    print(f"{'opensearch on disk, one copy':28} {store / 1e6:,.0f} MB")
    return _ask(engine, ()), _ask(engine, _FACETS)


def _fill(engine: Engine, name: str, options: argparse.Namespace, folder: Path) -> None:
    from rongshu.search.engines.port import Stamp  # noqa: PLC0415

    generation = engine.begin_generation(Stamp(1, "bench"))
    with _clock(f"{name} filled", options.documents), engine.writer(generation, bulk=True) as writer:
        for document, _ in _prepared(folder):
            writer.add(document, replaces=False)
        writer.commit()
    engine.switch(generation)


def _ask(engine: Engine, facets: tuple[str, ...]) -> Ask:
    from rongshu.search.engines.clauses import All, Any, Best, Boost, Term  # noqa: PLC0415
    from rongshu.search.engines.port import EngineRequest  # noqa: PLC0415
    from rongshu.search.ranking.matching import in_text  # noqa: PLC0415

    def ask(words: list[str], every: bool) -> int:
        of = tuple(Best((Boost(Term("title_words", word), 4.0), in_text(word))) for word in words)
        clause = All(of) if every else Any(of)
        return len(engine.search(EngineRequest(clause=clause, facets=facets)).hits)

    return ask


def _postgresql(options: argparse.Namespace, folder: Path, stack: ExitStack) -> tuple[Ask, None]:
    import psycopg  # noqa: PLC0415

    from scripts.with_postgres import private_cluster, programs  # noqa: PLC0415

    binaries = programs()
    if binaries is None:
        raise SystemExit("PostgreSQL is not installed here")
    place = folder / "postgresql"
    place.mkdir()
    for one in (folder, place):
        one.chmod(0o755)
    url = stack.enter_context(private_cluster(place, binaries, _CLUSTER))
    connection = stack.enter_context(psycopg.connect(url, autocommit=True))
    with _clock("postgresql filled", options.documents):
        _fill_table(connection, folder)
    size = connection.execute("SELECT pg_total_relation_size('document')").fetchone()
    print(f"{'postgresql on disk':28} {size[0] / 1e6 if size else 0:,.0f} MB")
    return _ask_table(connection), None


def _fill_table(connection: psycopg.Connection, folder: Path) -> None:
    connection.execute("CREATE UNLOGGED TABLE given (id text, title text, body text)")
    with connection.cursor().copy("COPY given FROM STDIN") as copy:
        for document, body in _prepared(folder):
            copy.write_row((document["id"], document["title_words"], body))
    connection.execute(
        "CREATE UNLOGGED TABLE document AS SELECT id, setweight(to_tsvector('simple', title), 'A') ||"
        " setweight(to_tsvector('simple', body), 'D') AS words FROM given"
    )
    connection.execute("CREATE INDEX ON document USING gin (words)")
    connection.execute("ANALYZE document")
    connection.execute("SELECT count(*) FROM document WHERE words IS NOT NULL")


def _ask_table(connection: psycopg.Connection) -> Ask:
    def ask(words: list[str], every: bool) -> int:
        joined = (" & " if every else " | ").join(f"'{word}'" for word in words)
        rows = connection.execute(
            "SELECT id FROM document, to_tsquery('simple', %s) AS asked WHERE words @@ asked"
            " ORDER BY ts_rank(words, asked) DESC LIMIT 10",
            (joined,),
        )
        return len(rows.fetchall())

    return ask


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


if __name__ == "__main__":
    sys.exit(main())
