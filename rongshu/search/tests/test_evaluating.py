"""`rongshu search evaluate`: what it prints of a small set, and what it says of files that are wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

Rows = list[dict[str, Any]]

_CORPUS: Rows = [
    {"id": "1", "title": "住房公积金提取办法", "text": "职工购房可以提取住房公积金。"},
    {"id": "2", "text": "居住证办理须知，请携带身份证。"},
    {"id": "2", "text": "居住证办理须知，请携带身份证和照片。"},
]
_QUERIES: Rows = [
    {"id": "a", "text": "公积金怎么提取", "title": "居住证"},
    {"id": "2", "text": "x", "title": "居住证"},
]
_QRELS: Rows = [{"query": "a", "doc": "1"}, {"query": "2", "doc": "2", "score": 2}]


def _lines(rows: Rows) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@pytest.fixture
def evaluate(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Evaluate a set, any of its files in other words."""

    def run(*options: str, **contents: bytes) -> dict[str, Any]:
        files = {"corpus": _lines(_CORPUS), "queries": _lines(_QUERIES), "qrels": _lines(_QRELS), **contents}
        given = []
        for name, content in files.items():
            (tmp_path / f"{name}.jsonl").write_bytes(content)
            given += [f"--{name}", str(tmp_path / f"{name}.jsonl")]
        out = StringIO()
        call_command("search", "evaluate", *given, *options, stdout=out, stderr=StringIO())
        return dict(json.loads(out.getvalue()))

    return run


def test_figures_are_printed_as_json(evaluate: Callable[..., dict[str, Any]]) -> None:
    found = evaluate(corpus=gzip.compress(_lines(_CORPUS)))
    assert found == {
        "ndcg@10": 0.5, "mrr@10": 0.5, "recall@10": 0.5, "recall@100": 0.5, "queries": 2, "documents": 2,
    }  # fmt: skip
    # The second question's own text is its only answer.
    by_title = evaluate("--query-field", "title", "--exclude-self")
    assert by_title["ndcg@10"] == 0.0
    assert evaluate("--query-field", "title")["recall@10"] == 0.5
    assert evaluate("--baseline")["ndcg@10"] == 0.5


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("corpus", b"{\n", "第 1 行不是 JSON"),
        ("corpus", b'{"id": "1"}\n', "缺少字段：id、text"),
        ("corpus", gzip.compress(b'{"id": "1", "text": "x"}\n' * 99, mtime=0)[:-12], "压缩内容已损坏"),
        ("corpus", "文本".encode("gb18030"), "不是 UTF-8 编码"),
        ("corpus", b'{"id": "1", "text": "x", "published": "today"}\n', "第 1 行的值不对"),
        ("queries", b"[]\n", "缺少字段"),
        ("queries", b'\n{"id": "z", "text": "x"}\n', "没有一个问题在 qrels.jsonl 里有答案"),
        ("qrels", b'{"query": "a", "doc": "1", "score": "good"}\n', "第 1 行的值不对"),
        ("qrels", b"", "没有一个问题"),
    ],
)
def test_a_wrong_file_is_told_by_name_and_line(
    evaluate: Callable[..., dict[str, Any]], name: str, content: bytes, said: str
) -> None:
    with pytest.raises(CommandError, match=said) as refused:
        evaluate(**{name: content})
    assert refused.value.returncode == 2


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    given = [text for name in ("corpus", "queries", "qrels") for text in (f"--{name}", str(tmp_path / name))]
    with pytest.raises(CommandError, match="打不开文件：qrels"):
        call_command("search", "evaluate", *given)


@pytest.mark.parametrize("limit", ["0", "-1", "1000"])
def test_so_many_results_are_not_explained(limit: str) -> None:
    with pytest.raises(CommandError, match="1 至 100"):
        call_command("search", "explain", "公积金", "--limit", limit)
