"""The words of a dictionary: read from CSV, XLSX or TXT with a report, packed, unpacked as a lexicon."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rongshu.foundation.canonical_json import digest
from rongshu.inspection.errors import DictionaryUnreadable
from rongshu.inspection.findings import CLASSES, Severity, Tier
from rongshu.inspection.lexicon import LONGEST_WORD, Leader, Lexicon, Phrase, Term
from rongshu.library.reading.archives import hindrances_of
from rongshu.library.reading.files import decoded

MOST_WORDS: Final = 2_000_000
LARGEST_FILE: Final = 100 * 1024 * 1024
_SHOWN_PROBLEMS: Final = 50
_COLUMNS: Final = {
    "词": "word", "词语": "word", "错误词": "word", "敏感词": "word",
    "姓名": "word", "名称": "word", "word": "word",
    "建议": "suggestion", "正确词": "suggestion", "替换为": "suggestion", "suggestion": "suggestion",
    "类别": "class", "class": "class", "级别": "severity", "severity": "severity",
    "把握": "tier", "tier": "tier", "说明": "reason", "理由": "reason", "reason": "reason",
    "职务": "posts", "posts": "posts", "排序": "rank", "rank": "rank",
    "例外": "unless", "unless": "unless",
}  # fmt: skip
_SEVERITIES: Final = {one.label: one.value for one in Severity} | {one.value: one.value for one in Severity}
_TIERS: Final = {one.label: one.value for one in Tier} | {one.value: one.value for one in Tier}
Word = dict[str, Any]


@dataclass
class ImportReport:
    """What an import took and what it left, with line numbers."""

    taken: int = 0
    repeated: int = 0
    refused: int = 0
    problems: list[str] = field(default_factory=list)

    def refuse(self, line: int, why: str) -> None:
        """Count a line that was left out; the first of them are named."""
        self.refused += 1
        if len(self.problems) < _SHOWN_PROBLEMS:
            self.problems.append(f"第 {line} 行：{why}")


def read_words(content: bytes, name: str) -> tuple[list[Word], ImportReport]:
    """Return the words of a file and a report. Raise `DictionaryUnreadable` when nothing is usable."""
    if len(content) > LARGEST_FILE:
        raise DictionaryUnreadable(f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请拆分后导入。")
    rows = _sheet_rows(content) if content.startswith(b"PK\x03\x04") else _text_rows(content, name)
    report, words, seen = ImportReport(), list[Word](), set[str]()
    for line, row in rows:
        word = _checked(row, line, report)
        if word is None:
            continue
        if word["word"] in seen:
            report.repeated += 1
            continue
        seen.add(word["word"])
        words.append(word)
        if len(words) > MOST_WORDS:
            raise DictionaryUnreadable(f"词语超过 {MOST_WORDS} 个，请拆分成几个词库。")
    report.taken = len(words)
    if not words:
        raise DictionaryUnreadable(fields={"file": "；".join(report.problems[:3]) or "没有可用的词语"})
    return words, report


def _text_rows(content: bytes, name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    if b"\0" in content[:4096]:
        raise DictionaryUnreadable
    text = decoded(content)
    first = text.lstrip("\ufeff").partition("\n")[0]
    if name.lower().endswith(".csv") or _named(first.replace("\t", ",").split(",")):
        joint = "\t" if "\t" in first else ","
        yield from _with_header(csv.reader(io.StringIO(text, newline=""), delimiter=joint))
        return
    for line, row in enumerate(text.splitlines(), start=1):
        if row.strip() and not row.startswith("#"):
            yield line, {"word": row.strip()}


def _sheet_rows(content: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    import openpyxl  # noqa: PLC0415 - a heavy library, only when needed

    if any(each.forbids_opening for each in hindrances_of(content, "")):
        raise DictionaryUnreadable("文件已损坏、加密或异常庞大，请另存后再导入。")
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:
        raise DictionaryUnreadable from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    yield from _with_header([str(cell) if cell is not None else "" for cell in row] for row in rows)


def _with_header(rows: Iterable[list[str]]) -> Iterator[tuple[int, Mapping[str, str]]]:
    columns: list[str] | None = None
    for line, row in enumerate(rows, start=1):
        if not any(cell.strip() for cell in row):
            continue
        if columns is None:
            columns = _named(row)
            if columns:
                continue
            columns = ["word", "suggestion"]
        yield line, {name: cell.strip() for name, cell in zip(columns, row, strict=False) if name}


def _named(header: Iterable[str]) -> list[str]:
    names = [_COLUMNS.get(cell.strip().lstrip("\ufeff").lower(), "") for cell in header]
    return names if "word" in names else []


def _checked(row: Mapping[str, str], line: int, report: ImportReport) -> Word | None:
    word = row.get("word", "")
    if not word:
        return None
    if len(word) > LONGEST_WORD or "\n" in word:
        report.refuse(line, f"“{word[:20]}…”超过 {LONGEST_WORD} 字")
        return None
    checked: Word = {"word": word}
    for name, known, said in (("severity", _SEVERITIES, "级别"), ("tier", _TIERS, "把握")):
        if row.get(name):
            if row[name] not in known:
                report.refuse(line, f"{said}“{row[name]}”不在{'、'.join(known)}之内")
                return None
            checked[name] = known[row[name]]
    if row.get("class"):
        if row["class"].upper() not in CLASSES:
            report.refuse(line, f"类别“{row['class']}”应为 E1 至 E15")
            return None
        checked["class"] = row["class"].upper()
    for name in ("suggestion", "reason", "posts", "rank", "unless"):
        if row.get(name):
            checked[name] = row[name][:200]
    return checked


def pack(words: Iterable[Word]) -> tuple[bytes, str, int]:
    """Return (compressed lines, digest, number of words)."""
    lines = [json.dumps(word, ensure_ascii=False, sort_keys=True) for word in words]
    return zlib.compress("\n".join(lines).encode(), 6), digest(lines), len(lines)


def unpack(content: bytes) -> Iterator[Word]:
    """Yield the words of a packed version."""
    text = zlib.decompress(content).decode()
    for line in text.split("\n") if text else ():
        yield json.loads(line)


def lexicon_part(kind: str, error_class: str, words: Iterable[Word], version: str) -> Lexicon:
    """Return the words as a lexicon without a base."""
    match kind:
        case "phrases":
            class_ = error_class if error_class in {"E2", "E3"} else "E3"
            return Lexicon(version, phrases=tuple(_phrase(word, class_) for word in words))
        case "leaders":
            return Lexicon(
                version, leaders=tuple(_leader(word, place) for place, word in enumerate(words, 1))
            )
        case "sources":
            return Lexicon(version, sources=frozenset(word["word"] for word in words))
        case _:
            return Lexicon(version, terms=tuple(_term(word, error_class) for word in words))


def _term(word: Word, error_class: str) -> Term:
    return Term(
        word["word"],
        word.get("class", error_class),
        Severity(word.get("severity", "general")),
        Tier(word.get("tier", "certain")),
        word.get("suggestion", ""),
        word.get("reason", ""),
        tuple(part for part in word.get("unless", "").split("、") if part),
    )


def _phrase(word: Word, error_class: str) -> Phrase:
    return Phrase(word["word"], error_class, Severity(word.get("severity", "severe")))


def _leader(word: Word, place: int) -> Leader:
    rank = word.get("rank", "")
    posts = tuple(part for part in word.get("posts", "").split("、") if part)
    return Leader(word["word"], int(rank) if rank.isdigit() else place, posts)
