"""`rongshu search evaluate|explain`: how well the search finds, and why it ranks as it does."""

from __future__ import annotations

import argparse
import json
import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand

from rongshu.foundation.errors import InvalidInput
from rongshu.search.evaluating import (
    by_meaning,
    evaluate,
    pairs_alone,
    read_collection,
    scratch_engine,
    the_product,
)
from rongshu.search.management.deeds import Deed
from rongshu.search.queries.searching import Reader, SearchQuery, search
from rongshu.search.semantics.leading import Lead

_MOST_EXPLAINED: Final = 100


def _evaluate(command: BaseCommand, options: dict[str, Any]) -> int:
    collection = read_collection(
        options["corpus"], options["queries"], options["qrels"], asked_in=options["query_field"]
    )
    lead = _lead(options["vectors"]) if options["semantic"] else None
    with scratch_engine(collection, command.stderr.write) as engine:
        figures = evaluate(
            collection,
            engine,
            pairs_alone if options["baseline"] else the_product(lead=lead),
            exclude_self=options["exclude_self"],
            progress=command.stderr.write,
        )
    command.stdout.write(json.dumps(figures.as_json()))
    return 0


def _lead(vectors: Path | None) -> Lead:
    try:
        return by_meaning(vectors)
    except (sqlite3.Error, OSError) as error:
        raise InvalidInput(f"--vectors 指的文件打不开，或不是语义向量文件：{vectors}。") from error


def _evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--corpus", type=Path, required=True, help="文本，JSON Lines：id、title（可无）、text"
    )
    parser.add_argument("--queries", type=Path, required=True, help="问题，JSON Lines：id 与所选字段")
    parser.add_argument("--qrels", type=Path, required=True, help="答案，JSON Lines：query、doc、score")
    parser.add_argument(
        "--query-field", choices=("text", "title", "body"), default="text", help="问题取哪个字段"
    )
    parser.add_argument("--exclude-self", action="store_true", help="结果中去掉与问题同编号的文本")
    parser.add_argument(
        "--semantic", action="store_true", help="问句的前一百条再按语义排序（需要可选组件 semantic）"
    )
    parser.add_argument("--vectors", type=Path, help="语义向量保存到这个文件，再次评测时直接使用")
    parser.add_argument("--baseline", action="store_true", help="改用仅按相邻两字的 BM25 检索，作为对照")


def _explain(command: BaseCommand, options: dict[str, Any]) -> int:
    if not 0 < options["limit"] <= _MOST_EXPLAINED:
        raise InvalidInput(f"--limit 请填 1 至 {_MOST_EXPLAINED}。")
    query = SearchQuery(text=options["query"], limit=options["limit"], explain=True)
    results = search(Reader(), query)
    meaning = asdict(results.understood) if results.understood else {}
    command.stdout.write(json.dumps(meaning, ensure_ascii=False, indent=2, default=str))
    for place, hit in enumerate(results.hits, start=1):
        command.stdout.write(f"{place}. {hit.score:.3f} {hit.source.get('title', '')}（{hit.id}）")
        if hit.why:
            command.stdout.write(json.dumps(hit.why, ensure_ascii=False, indent=2))
    return 0


def _explain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", help="检索词")
    parser.add_argument("--limit", type=int, default=3, help="解释前几条结果")


DEEDS = (
    Deed(
        "evaluate",
        "用一组文本、问题和答案评测检索效果：建临时索引，按本系统的分词与排序检索，输出 JSON",
        _evaluate,
        _evaluate_arguments,
    ),
    Deed("explain", "说明一次检索怎样理解、为何这样排序", _explain, _explain_arguments),
)
