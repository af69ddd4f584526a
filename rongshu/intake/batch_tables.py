"""The table of a batch as people write it: CSV, XLSX or YAML; one row per site to be taken over."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import yaml

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
_LARGEST: Final = 20_000_000
MOST_SITES: Final = 2_000


@dataclass(frozen=True, slots=True)
class TableRow:
    """One site: source, slug of the target site, handle of who answers for it, the day it begins."""

    number: int
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
    for number, given in enumerate(_records(file, content), 1):
        try:
            rows.append(_row(number, given, file.parent))
        except ValueError as problem:
            problems[f"第 {number} 行"] = str(problem)
    if problems:
        raise BatchMalformed(fields=problems)
    if not rows or len(rows) > MOST_SITES:
        raise BatchMalformed(f"批次表须有 1 至 {MOST_SITES} 行，现有 {len(rows)} 行。")
    return hashlib.sha256(content).hexdigest(), rows


def _row(number: int, given: Mapping[str, Any], folder: Path) -> TableRow:
    values = {_NAMES.get(str(name).strip().lower(), ""): value for name, value in given.items()}
    text = {name: _text(values.get(name)) for name in ("source", "site", "owner", "allow_host", "mapping")}
    missing = [label for name, label in _REQUIRED.items() if not text[name]]
    if missing:
        raise ValueError(f"缺少{'、'.join(missing)}")
    source = text["source"]
    if not source.startswith(("http://", "https://")):
        source = str(folder / source)
        if not Path(source).is_dir():
            raise ValueError(f"来源“{text['source']}”既不是网址也不是文件夹")
    hosts = tuple(text["allow_host"].replace("，", ",").replace(",", " ").split())
    mapping = folder / text["mapping"] if text["mapping"] else None
    return TableRow(number, source, text["site"], text["owner"], _day(values.get("date")), hosts, mapping)


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


def _records(file: Path, content: bytes) -> Iterable[Mapping[str, Any]]:
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


def _of_yaml(content: bytes) -> Iterable[Mapping[str, Any]]:
    try:
        loaded = yaml.safe_load(content.decode("utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise BatchMalformed("批次表不是 UTF-8 编码的 YAML，请核对。") from error
    rows = loaded.get("sites") if isinstance(loaded, dict) else loaded
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BatchMalformed("批次表应为列表，每项写明 source、site、owner、date。")
    return rows


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BatchMalformed("批次表的编码读不懂，请另存为 UTF-8。")


def _headed(rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    filled = [row for row in rows if any(_text(value) for value in row)]
    if not filled:
        return []
    names = [_text(value) for value in filled[0]]
    known = {_NAMES.get(name.lower()) for name in names}
    if missing := [label for name, label in _REQUIRED.items() if name not in known]:
        raise BatchMalformed(f"批次表的首行缺少列名：{'、'.join(missing)}。")
    return [dict(zip(names, row, strict=False)) for row in filled[1:]]
