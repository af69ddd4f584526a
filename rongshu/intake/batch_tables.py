"""The table of a batch as people write it: CSV, XLSX or YAML; one row per site to be taken over."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from rongshu.intake.crawling import lies_here
from rongshu.intake.errors import BatchMalformed
from rongshu.intake.sources.errors import SettingsMalformed
from rongshu.intake.sources.workbooks import rows_of_workbook

_NAMES: Final = {
    "来源": "source", "旧网址": "source", "source": "source",
    "站点": "site", "目标站点": "site", "站点代号": "site", "site": "site",
    "负责人": "owner", "owner": "owner",
    "日期": "date", "迁移日期": "date", "date": "date",
    "允许主机": "allow_host", "allow_host": "allow_host",
    "方案": "mapping", "mapping": "mapping",
}  # fmt: skip
_REQUIRED: Final = {"source": "来源", "site": "站点", "owner": "负责人"}
_REMARKS: Final = ("备注", "说明", "序号", "remark", "note")
_LARGEST: Final = 20_000_000
MOST_SITES: Final = 2_000


@dataclass(frozen=True, slots=True)
class TableRow:
    """One site: source, slug of the target site, handle of who answers for it, the day it begins.

    `place` is where people find it in the table ("第 3 行"), `number` its place among the sites.
    """

    number: int
    place: str = field(compare=False)
    source: str
    site: str
    owner: str
    due_on: date | None
    allowed_hosts: tuple[str, ...]
    mapping: Path | None


def read_table(file: Path) -> tuple[str, list[TableRow]]:
    """Return the digest of a table and its rows; raise `BatchMalformed` naming every row at fault."""
    try:
        content = file.read_bytes() if file.stat().st_size <= _LARGEST else b""
    except OSError as error:
        raise BatchMalformed(f"批次表 {file} 读不到：{error.strerror}。") from error
    problems: dict[str, str] = {}
    rows: list[TableRow] = []
    for number, (place, given) in enumerate(_records(file, content), 1):
        try:
            rows.append(_row(number, place, given, file.parent))
        except ValueError as problem:
            problems[place] = str(problem)
    if problems:
        raise BatchMalformed(fields=problems)
    if not rows or len(rows) > MOST_SITES:
        raise BatchMalformed(f"批次表须有 1 至 {MOST_SITES} 行，现有 {len(rows)} 行。")
    return hashlib.sha256(content).hexdigest(), rows


def _row(number: int, place: str, given: Mapping[str, Any], folder: Path) -> TableRow:
    if unknown := _unknown(given):
        raise ValueError(unknown)
    values = {_NAMES.get(str(name).strip().lower(), ""): value for name, value in given.items()}
    text = {name: _text(values.get(name)) for name in ("source", "site", "owner", "allow_host", "mapping")}
    missing = [label for name, label in _REQUIRED.items() if not text[name]]
    if missing:
        raise ValueError(f"缺少{'、'.join(missing)}")
    source = _source(text["source"], folder)
    hosts = tuple(text["allow_host"].replace("，", ",").replace(",", " ").split())
    mapping = folder / text["mapping"] if text["mapping"] else None
    day = _day(values.get("date"))
    return TableRow(number, place, source, text["site"], text["owner"], day, hosts, mapping)


def _source(text: str, folder: Path) -> str:
    if urlsplit(text).scheme in {"http", "https"} and urlsplit(text).hostname:
        return text
    path = (folder / text).resolve()
    if not lies_here(path):
        raise ValueError(f"来源“{text}”既不是网址也不是文件夹或 WARC 文件")
    return str(path)


def _unknown(names: Iterable[Any]) -> str:
    """Say which names mean nothing: a misspelt date would let a site begin at once."""
    said = [name for each in names if (name := _text(each)) and name.lower() not in _NAMES]
    strange = [name for name in said if not name.lower().startswith(_REMARKS)]
    if not strange:
        return ""
    known = "、".join(name for name in _NAMES if not name.isascii())
    return f"不认识“{'、'.join(strange)}”；可以写{known}，只供人看的写“备注”"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value).strip()


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or value is None:
        return value
    text = str(value).strip().replace("/", "-").replace(".", "-")
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day
    except ValueError:
        raise ValueError(f"日期“{text}”应为 YYYY-MM-DD") from None


def _records(file: Path, content: bytes) -> Iterable[tuple[str, Mapping[str, Any]]]:
    kind = file.suffix.lower()
    if kind in {".yaml", ".yml"}:
        return _of_yaml(content)
    if kind in {".xlsx", ".xls"}:
        try:
            rows = [list(row) for row in rows_of_workbook(file, "")]
        except SettingsMalformed as error:
            raise BatchMalformed(error.message) from error
        return _headed(rows)
    return _headed(list(csv.reader(io.StringIO(_decoded(content)))))


def _of_yaml(content: bytes) -> Iterable[tuple[str, Mapping[str, Any]]]:
    try:
        loaded = yaml.safe_load(content.decode("utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise BatchMalformed("批次表不是 UTF-8 编码的 YAML，请核对。") from error
    rows = loaded.get("sites") if isinstance(loaded, dict) else loaded
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BatchMalformed("批次表应为列表，每项写明 source、site、owner、date。")
    return [(f"第 {number} 项", row) for number, row in enumerate(rows, 1)]


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BatchMalformed("批次表的编码读不懂，请另存为 UTF-8。")


def _headed(rows: Sequence[Sequence[Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Return the rows below the head with their lines as a spreadsheet counts them."""
    filled = [(line, row) for line, row in enumerate(rows, 1) if any(_text(value) for value in row)]
    if not filled:
        return []
    names = [_text(value) for value in filled[0][1]]
    known = {_NAMES.get(name.lower()) for name in names}
    if missing := [label for name, label in _REQUIRED.items() if name not in known]:
        raise BatchMalformed(f"批次表的首行缺少列名：{'、'.join(missing)}。")
    if unknown := _unknown(names):
        raise BatchMalformed(f"批次表的首行有误：{unknown}。")
    return [(f"第 {line} 行", dict(zip(names, row, strict=False))) for line, row in filled[1:]]
