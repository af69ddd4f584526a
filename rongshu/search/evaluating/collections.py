"""Collections in the form of BEIR: JSON lines of texts, of questions, and of what answers them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rongshu.foundation.errors import InvalidInput
from rongshu.search.documents import SearchDocument

_KEPT_TEXT: Final = 2_000


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
    for row in _rows(qrels, "query", "doc"):
        if (score := float(row.get("score", 1))) > 0:
            judged.setdefault(str(row["query"]), {})[str(row["doc"])] = score
    asked = list(_rows(queries, "id", asked_in))
    questions = {str(row["id"]): str(row[asked_in]) for row in asked}
    return Collection(
        documents=tuple(_document(row) for row in _rows(corpus, "id", "text")),
        questions={id_: text for id_, text in questions.items() if id_ in judged},
        judged=judged,
        classes={str(row["id"]): str(row["class"]) for row in asked if row.get("class")},
    )


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


def _rows(path: Path, *keys: str) -> Iterator[dict[str, Any]]:
    with _opened(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, UnicodeDecodeError) as error:
                raise CollectionMalformed(f"{path.name} 第 {number} 行不是 JSON。") from error
            if not isinstance(row, dict) or any(key not in row for key in keys):
                raise CollectionMalformed(f"{path.name} 第 {number} 行缺少字段：{'、'.join(keys)}。")
            yield row


def _opened(path: Path) -> Any:
    try:
        is_packed = path.open("rb").read(2) == b"\x1f\x8b"
    except OSError as error:
        raise CollectionMalformed(f"打不开文件：{path.name}。") from error
    return gzip.open(path, "rt", encoding="utf-8") if is_packed else path.open(encoding="utf-8")
