"""Workbooks before 2007 (.xls) as documents."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

import xlrd

from rongshu.library.reading.document import Document
from rongshu.library.reading.gathering import TooMuch, gathered
from rongshu.library.reading.limits import MOST_CELLS

_SAYING: Final = (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER)
_MIDNIGHT: Final = " 00:00:00"


def read_old_workbook(content: bytes, name: str) -> Document | None:
    """Return the text of an .xls as of an .xlsx; None where the container holds something else."""
    try:
        book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), on_demand=True)
    except Exception:  # noqa: BLE001 - xlrd lets whatever goes wrong inside through
        return None

    def rows() -> Iterator[str]:
        cells = 0
        for sheet in book.sheets():
            yield f"{sheet.name}\n"
            for row in sheet.get_rows():
                cells += len(row)
                if cells > MOST_CELLS:
                    raise TooMuch
                yield "\t".join(_said(one, book.datemode) for one in row) + "\n"

    return gathered(rows, name)


def _said(cell: Any, date_mode: int) -> str:
    """What a cell shows: a day is kept as a number of days, a fault as the number of the fault."""
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _moment(cell.value, date_mode)
    if cell.ctype not in _SAYING:
        return ""
    value = cell.value
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _moment(value: float, date_mode: int) -> str:
    try:
        found = xlrd.xldate_as_datetime(value, 1 if date_mode else 0)
    except (ValueError, OverflowError):
        return str(value)
    # Below one it is an hour of no day.
    return str(found.time()) if value < 1 else str(found).removesuffix(_MIDNIGHT)
