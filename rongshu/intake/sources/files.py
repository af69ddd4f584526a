"""Files as a source: XML, Excel (also the HTML and XML that call themselves so), CSV, JSON and JSON lines."""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import orjson

from .errors import RecordUnreadable, SettingsMalformed
from .port import SourceRecord
from .text_files import lines_of
from .values import digest_of, names_in, plain, value_at
from .workbooks import rows_of_html, rows_of_workbook
from .xml_files import records_of_xml

_LOOKED_AT: Final = 50
_LARGEST_JSON: Final = 300 * 1024 * 1024
_DELIMITERS: Final = ",\t;|"


Values = Mapping[str, Any]


class FileSource:
    """The records of one file, numbered from 1. A file that was replaced meanwhile is read from its start."""

    def __init__(self, file: Path, settings: Mapping[str, Any]) -> None:
        self._file = file
        self._format = str(settings.get("format") or format_of(file))
        self._records = str(settings.get("records") or "")
        self._sheet = str(settings.get("sheet") or "")
        self._key = str(settings.get("key") or "")
        if self._format not in _READERS:
            raise SettingsMalformed(f"没有“{self._format}”这种格式，可用：{'、'.join(_READERS)}。")
        self._stamp = _stamp(file)

    def fields(self) -> Sequence[str]:
        """Return the names that the first records have."""
        seen = chain.from_iterable(
            names_in(one) for one in islice(self._values(), _LOOKED_AT) if not _failed(one)
        )
        return list(dict.fromkeys(seen))

    def count(self) -> int | None:
        """Return how many records there are: the file is read through."""
        return sum(1 for _ in self._values())

    def records(self, after: str = "") -> Iterator[SourceRecord]:
        """Yield the records after a position."""
        stamp, _, number = after.partition(":")
        done = int(number) if stamp == self._stamp and number.isdecimal() else 0
        for place, values in enumerate(self._values(), 1):
            if place > done:
                yield self._record(place, values)

    def named(self, keys: Collection[str]) -> Iterator[SourceRecord]:
        """Yield the records with these keys: the file is read through once."""
        wanted = set(keys)
        for one in self.records():
            if one.key in wanted or one.listed_as in wanted:
                yield one

    def _record(self, place: int, values: Values | RecordUnreadable) -> SourceRecord:
        position = f"{self._stamp}:{place}"
        if isinstance(values, RecordUnreadable):
            return SourceRecord(f"第{place}条", position, {}, values.code, values.message)
        if not self._key:
            return SourceRecord(digest_of(values), position, values, listed_as=f"第{place}条")
        key = value_at(values, self._key)
        if key is None or str(key).strip() == "":
            reason = f"主键字段“{self._key}”为空，请在来源中补全。"
            return SourceRecord(f"第{place}条", position, values, "record-key-missing", reason)
        return SourceRecord(str(key).strip()[:300], position, values, listed_as=f"第{place}条")

    def _values(self) -> Iterator[Values | RecordUnreadable]:
        return _READERS[self._format](self._file, self._records, self._sheet)


@contextmanager
def open_file(settings: Mapping[str, Any], allow_hosts: Sequence[str]) -> Iterator[FileSource]:
    """Open a file; raise `SettingsMalformed` when it is not there."""
    file = Path(str(settings["path"]))
    if not file.is_file():
        raise SettingsMalformed(f"文件 {file} 不存在或读不到，请核对。", fields={"path": "读不到"})
    try:
        yield FileSource(file, settings)
    except OSError as error:
        raise SettingsMalformed(
            f"文件 {file} 读不到：{error.strerror}。", fields={"path": "读不到"}
        ) from error


def format_of(file: Path) -> str:
    """Tell the format by the content first: what exports call Excel is often a page or XML."""
    with file.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    start = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "ignore").lstrip(
        "\ufeff \t\r\n"
    )
    if start.startswith("<"):
        return "html" if "<table" in start.lower() or "<html" in start[:200].lower() else "xml"
    if start.startswith("["):
        return "json"
    if start.startswith("{"):
        return "jsonl" if _is_lines(file) else "json"
    return "csv"


def _is_lines(file: Path) -> bool:
    """Whether its first line is an object of its own; a file of that one line says by its name what it is."""
    first = list(islice((line for line in lines_of(file) if line.strip()), 2))
    try:
        is_object = isinstance(orjson.loads(first[0]), dict)
    except orjson.JSONDecodeError:
        return file.suffix.lower() == ".jsonl"
    return is_object and (len(first) > 1 or file.suffix.lower() != ".json")


def _stamp(file: Path) -> str:
    """What tells this file from one that takes its place: size, time, and how it begins."""
    stat = file.stat()
    with file.open("rb") as stream:
        head = hashlib.sha256(stream.read(1_000_000)).hexdigest()[:16]
    return f"{stat.st_size}-{stat.st_mtime_ns}-{head}"


def _csv(file: Path, records: str, sheet: str) -> Iterator[Values | RecordUnreadable]:
    # A field may be as long as an article with its pictures inlined.
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    first = next((line for line in lines_of(file) if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    rows = csv.reader((line.replace("\0", "") for line in lines_of(file)), delimiter=delimiter)
    return _with_heads(_rows_or_errors(rows))


def _rows_or_errors(rows: Iterator[list[str]]) -> Iterator[Sequence[Any] | RecordUnreadable]:
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield RecordUnreadable(f"这一行不是有效的 CSV（{error}），请在文件中修正。")


def _with_heads(
    rows: Iterable[Sequence[Any] | RecordUnreadable],
) -> Iterator[Values | RecordUnreadable]:
    """The first row that holds anything names the columns; rows without any value are none."""
    heads: list[str] = []
    for row in rows:
        if isinstance(row, RecordUnreadable):
            yield row
        elif not any(value not in (None, "") for value in row):
            continue
        elif not heads:
            heads = [str(plain(name) or "").strip() or f"第{place}列" for place, name in enumerate(row, 1)]
        elif len(row) > len(heads) and any(value not in (None, "") for value in row[len(heads) :]):
            yield RecordUnreadable(f"这一行有 {len(row)} 列，多于表头的 {len(heads)} 列，多半是少了引号。")
        else:
            yield {name: plain(value) for name, value in zip(heads, row, strict=False)}


def _json_lines(file: Path, records: str, sheet: str) -> Iterator[Values | RecordUnreadable]:
    for line in lines_of(file):
        if line.strip():
            yield _object(line)


def _object(line: str) -> Values | RecordUnreadable:
    try:
        found = orjson.loads(line.encode("utf-8", "replace"))
    except orjson.JSONDecodeError as error:
        return RecordUnreadable(f"这一行不是有效的 JSON（第 {error.colno} 个字符起），请在文件中修正。")
    return found if isinstance(found, dict) else RecordUnreadable("这一行不是键值结构，请在文件中修正。")


def _json(file: Path, records: str, sheet: str) -> Iterator[Values | RecordUnreadable]:
    if file.stat().st_size > _LARGEST_JSON:
        raise SettingsMalformed(
            "JSON 文件超过 300 MB，请转换为每行一条的 JSON 行文件（jsonl）。", fields={"path": "过大"}
        )
    try:
        whole = orjson.loads("".join(lines_of(file)).lstrip("\ufeff").encode("utf-8", "replace"))
    except orjson.JSONDecodeError as error:
        raise SettingsMalformed(
            f"文件不是有效的 JSON（第 {error.lineno} 行）。", fields={"path": "格式有误"}
        ) from error
    for one in rows_in(whole, records):
        yield one if isinstance(one, dict) else RecordUnreadable("这一条不是键值结构，请在文件中修正。")


def rows_in(whole: Any, path: str) -> list[Any]:
    """Return the list at a path; without one, the longest list of objects anywhere."""
    if path:
        found = value_at(whole, path)
        if isinstance(found, dict):
            return [found]
        if not isinstance(found, list):
            raise SettingsMalformed(
                f"返回内容的“{path}”处没有列表，请核对 records。", fields={"records": "没有列表"}
            )
        return found
    lists = list(_lists_in(whole, 0))
    return max(lists, key=len) if lists else []


def _lists_in(value: Any, depth: int) -> Iterator[list[Any]]:
    if depth > 6:
        return
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield value
    inner: Iterable[Any] = value.values() if isinstance(value, dict) else ()
    for one in inner:
        yield from _lists_in(one, depth + 1)


def _xml(file: Path, records: str, sheet: str) -> Iterator[Values | RecordUnreadable]:
    return records_of_xml(file, records)


def _workbook(file: Path, records: str, sheet: str) -> Iterator[Values | RecordUnreadable]:
    return _with_heads(rows_of_workbook(file, sheet))


def _page(file: Path, records: str, sheet: str) -> Iterator[Values | RecordUnreadable]:
    return _with_heads(rows_of_html(file))


def _failed(one: object) -> bool:
    return isinstance(one, RecordUnreadable)


_READERS: Final[Mapping[str, Callable[[Path, str, str], Iterator[Values | RecordUnreadable]]]] = {
    "csv": _csv, "jsonl": _json_lines, "json": _json, "xml": _xml, "xlsx": _workbook, "xls": _workbook,
    "html": _page,
}  # fmt: skip
