"""Collections in the form of BEIR: JSON lines of texts, of questions, and of what answers them."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from rongshu.foundation.errors import InvalidInput
from rongshu.search.documents import SearchDocument

_KEPT_TEXT: Final = 2_000
_GZIP: Final = b"\x1f\x8b"
_Made = TypeVar("_Made")


class CollectionMalformed(InvalidInput):
    """A file of a collection can't be read."""

    code = "search-collection-malformed"
    sentence = "评测文件读不出来：应为 JSON Lines（可用 gzip 压缩），每行一个对象。"


@dataclass(frozen=True)
class Collection:
    """Texts, questions, and by question how well which text answers it. Questions without answers are out."""

    documents: tuple[SearchDocument, ...]
    questions: Mapping[str, str]
    judged: Mapping[str, Mapping[str, float]]
    classes: Mapping[str, str] = field(default_factory=dict)
    """What kind of question each is, where a collection says it."""

    def of_class(self, name: str) -> Collection:
        """The same collection with the questions of one class."""
        chosen = {id_: text for id_, text in self.questions.items() if self.classes.get(id_) == name}
        return replace(self, questions=chosen)


def read_collection(corpus: Path, queries: Path, qrels: Path, *, asked_in: str = "text") -> Collection:
    """Read a collection; `asked_in` names the field of the queries that is asked."""
    judged: dict[str, dict[str, float]] = {}
    for query, doc, score in _read(qrels, _judgement, "query", "doc"):
        if score > 0:
            judged.setdefault(query, {})[doc] = score
    asked = list(_read(queries, dict, "id", asked_in))
    questions = {str(row["id"]): str(row[asked_in]) for row in asked}
    documents = {one.id: one for one in _read(corpus, _document, "id", "text")}
    answered = {id_: text for id_, text in questions.items() if id_ in judged}
    if not answered:
        # Zeros would look like a search that finds nothing.
        raise CollectionMalformed(f"{queries.name} 中没有一个问题在 {qrels.name} 里有答案，请核对编号。")
    return Collection(
        documents=tuple(documents.values()),
        questions=answered,
        judged=judged,
        classes={str(row["id"]): str(row["class"]) for row in asked if row.get("class")},
    )


def _judgement(row: Mapping[str, Any]) -> tuple[str, str, float]:
    """Query, text, and how well the one answers the other."""
    return str(row["query"]), str(row["doc"]), float(row.get("score", 1))


def _document(row: Mapping[str, Any]) -> SearchDocument:
    """A text; type, number and day of publication (ISO) are used where a collection has them."""
    published = row.get("published")
    return SearchDocument(
        id=str(row["id"]),
        kind="text",
        title=str(row.get("title") or ""),
        body=str(row["text"]),
        type=str(row.get("type") or ""),
        document_numbers=(str(row["number"]),) if row.get("number") else (),
        published_at=datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None,
        source={"title": str(row.get("title") or ""), "text": str(row["text"])[:_KEPT_TEXT]},
    )


def _read(path: Path, made: Callable[[Mapping[str, Any]], _Made], *keys: str) -> Iterator[_Made]:
    """Yield what is made of each line of a file; whatever is wrong with one is told by its number."""
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise CollectionMalformed(f"{path.name} 第 {number} 行不是 JSON。") from error
        if not isinstance(row, dict) or any(row.get(key) is None for key in keys):
            raise CollectionMalformed(f"{path.name} 第 {number} 行缺少字段：{'、'.join(keys)}。")
        try:
            yield made(row)
        except (ValueError, TypeError) as error:
            raise CollectionMalformed(
                f"{path.name} 第 {number} 行的值不对：score 应为数字，published 应为 ISO 日期。"
            ) from error


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open("rb") as file:
            is_packed = file.read(2) == _GZIP
        with gzip.open(path, "rt", encoding="utf-8") if is_packed else path.open(encoding="utf-8") as lines:
            yield from lines
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise CollectionMalformed(f"{path.name} 的压缩内容已损坏，请重新取得。") from error
    except UnicodeDecodeError as error:
        raise CollectionMalformed(f"{path.name} 不是 UTF-8 编码。") from error
    except OSError as error:
        raise CollectionMalformed(f"打不开文件：{path.name}。") from error
