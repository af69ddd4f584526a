"""How well the search finds: our judged set and the shared ones, beside BM25 of neighbouring characters.

    python -m bench.search_quality [--data ../shared/data] [--only judged,covid_policy_qa] [--pairs 1000]
                                   [--vectors FOLDER]

Each set is indexed once and asked twice, by the product and by the plain baseline; with `--vectors` (and the
extra `semantic`) a third time, led by meaning: that encodes some ten passages a second at best, and keeps
them in the folder for another run. `--pairs`: every pair of neighbouring Han characters of so many titles,
looked for in the title, must have its title among all matches.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rongshu.search.engines.port import Engine
    from rongshu.search.evaluating import Collection

# name: (texts, questions and answers, field of the question, leave the question's own text out, target)
_SETS: Final[dict[str, tuple[str, str, str, bool, str]]] = {
    "law_statute_qa": ("law_statute_qa/corpus.jsonl.gz", "law_statute_qa", "text", False, "ndcg@10 .42"),
    "covid_policy_qa": ("covid_policy_qa/corpus.jsonl", "covid_policy_qa", "text", False, "ndcg@10 .93"),
    "hebei_policy": ("hebei_policy/corpus.jsonl.gz", "hebei_policy", "text", True, "ndcg@10 .90"),
    "reply_retrieval": (
        "citizen_letters/reply_retrieval/corpus.jsonl.gz", "citizen_letters/reply_retrieval", "text", False,
        "mrr@10 .66",
    ),
}  # fmt: skip


def main() -> int:
    """Print one line of figures for each set and way of searching."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", default="", help="names of sets, parted by commas")
    parser.add_argument("--pairs", type=int, default=1000, help="titles of hebei_policy to try pairs of")
    parser.add_argument("--vectors", type=Path, help="lead by meaning, too; keep vectors in this folder")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rongshu.project.settings")
    with TemporaryDirectory(prefix="rongshu-bench-") as scratch:
        os.environ["RONGSHU_DATA"] = scratch
        import django  # noqa: PLC0415 - the environment first

        django.setup()
        for name, collection, exclude_self, target in _collections(options):
            _measure(name, collection, exclude_self, target, options)
    return 0


def _collections(options: Any) -> Iterator[tuple[str, Collection, bool, str]]:
    from rongshu.search.evaluating import read_collection  # noqa: PLC0415
    from rongshu.search.tests.judged_set import judged_set  # noqa: PLC0415

    only = set(filter(None, options.only.split(",")))
    if not only or "judged" in only:
        yield "judged", judged_set(), False, ""
    for name, (texts, rest, asked_in, exclude_self, target) in _SETS.items():
        folder = options.data / rest
        if only and name not in only:
            continue
        if not folder.exists():
            print(f"{name:16} not there: {folder}", file=sys.stderr)
            continue
        files = (options.data / texts, folder / "queries.jsonl", folder / "qrels.jsonl")
        yield name, read_collection(*files, asked_in=asked_in), exclude_self, target


def _measure(name: str, collection: Collection, exclude_self: bool, target: str, options: Any) -> None:
    from rongshu.search.evaluating import (  # noqa: PLC0415
        by_meaning,
        evaluate,
        pairs_alone,
        scratch_engine,
        the_product,
    )

    began = time.perf_counter()
    ways = [("plain BM25", pairs_alone), ("rongshu", the_product())]
    if options.vectors:
        ways.append(("by meaning", the_product(lead=by_meaning(options.vectors / f"{name}.sqlite3"))))
    titles = options.pairs if name == "hebei_policy" else 0
    with scratch_engine(collection) as engine:
        print(f"{name:16} indexed {len(collection.documents)} texts in {time.perf_counter() - began:.0f} s")
        for label, finder in ways:
            began = time.perf_counter()
            figures = evaluate(collection, engine, finder, exclude_self=exclude_self).as_json()
            took = (time.perf_counter() - began) / max(1, len(collection.questions)) * 1000
            said = "  ".join(f"{key} {value}" for key, value in figures.items() if key != "documents")
            print(f"{name:16} {label:10} {said}  {took:.0f} ms a question  {target}", flush=True)
        if titles:
            print(f"{name:16} pairs of neighbours found: {_pairs_found(collection, engine, titles):.4f}")


def _pairs_found(collection: Collection, engine: Engine, titles: int) -> float:
    """The share of pairs whose title is among everything that matches."""
    from rongshu.search.tests.judged_set import finds, neighbours  # noqa: PLC0415

    chosen = random.Random(7).sample(collection.documents, min(titles, len(collection.documents)))
    tried = [finds(engine, pair, document) for document in chosen for pair in neighbours(document.title)]
    return sum(tried) / max(1, len(tried))


if __name__ == "__main__":
    sys.exit(main())
