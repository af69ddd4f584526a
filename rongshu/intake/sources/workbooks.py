"""Rows of Excel workbooks, new and old, and of the pages that exports save under the same name."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import xlrd
from lxml import html
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from .errors import SettingsMalformed
from .text_files import lines_of

_LARGEST_UNPACKED: Final = 2 * 1024**3
_LARGEST_PAGE: Final = 100 * 1024 * 1024
_BROKEN: Final = "文件打不开，可能已损坏、加密，或不是 Excel 文件。"


def rows_of_workbook(file: Path, sheet: str) -> Iterator[Sequence[Any]]:
    """Yield the rows of a sheet (the first one by default), the heads among them."""
    with file.open("rb") as stream:
        is_new = stream.read(2) == b"PK"
    return _new(file, sheet) if is_new else _old(file, sheet)


def _new(file: Path, sheet: str) -> Iterator[Sequence[Any]]:
    try:
        with zipfile.ZipFile(file) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > _LARGEST_UNPACKED:
            raise SettingsMalformed(
                "Excel 文件解压后超过 2 GB，请拆分或另存为 CSV。", fields={"path": "过大"}
            )
        book = load_workbook(file, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise SettingsMalformed(_BROKEN, fields={"path": "打不开"}) from error
    try:
        name = sheet or book.sheetnames[0]
        if name not in book.sheetnames:
            raise _no_sheet(sheet, book.sheetnames)
        yield from book[name].iter_rows(values_only=True)
    finally:
        book.close()


def _old(file: Path, sheet: str) -> Iterator[Sequence[Any]]:
    try:
        book = xlrd.open_workbook(str(file), on_demand=True)
    except Exception as error:  # xlrd lets whatever goes wrong inside through
        raise SettingsMalformed(_BROKEN, fields={"path": "打不开"}) from error
    names = book.sheet_names()
    if sheet and sheet not in names:
        raise _no_sheet(sheet, names)
    found = book.sheet_by_name(sheet) if sheet else book.sheet_by_index(0)
    for row in range(found.nrows):
        yield [_old_value(cell, book.datemode) for cell in found.row(row)]


def _old_value(cell: Any, datemode: int) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            found: datetime = xlrd.xldate_as_datetime(cell.value, 1 if datemode else 0)
        except ValueError:
            return cell.value
        return found
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return None
    return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value


def rows_of_html(file: Path) -> Iterator[Sequence[Any]]:
    """Yield the rows of the longest table of a page that was saved as a workbook."""
    if file.stat().st_size > _LARGEST_PAGE:
        raise SettingsMalformed("网页形式的表格超过 100 MB，请另存为 CSV 或 xlsx。", fields={"path": "过大"})
    text = "".join(lines_of(file))
    tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    tables = list(tree.iter("table"))
    if not tables:
        raise SettingsMalformed("文件里没有表格。", fields={"path": "没有表格"})
    longest = max(tables, key=lambda one: len(one.findall(".//tr")))
    for row in longest.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        yield [" ".join(cell.text_content().split()) for cell in cells]


def _no_sheet(sheet: str, names: Sequence[str]) -> SettingsMalformed:
    return SettingsMalformed(
        f"没有工作表“{sheet}”，有：{'、'.join(names[:20])}。", fields={"sheet": "没有找到"}
    )
