"""Exports of lists: streamed row by row as CSV or as a workbook, with the page's filters and viewer."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any, Final, Protocol, cast
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from rongshu.accounts.models import Person
from rongshu.console.actions.record_export import record_export
from rongshu.console.list_parts import Column, plain_text
from rongshu.foundation.clock import today
from rongshu.foundation.rate_limits import RateLimit

_AT_ONCE: Final = 500
# A spreadsheet takes a cell that begins so for a formula (OWASP: CSV injection).
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_SHEET_ROWS: Final = 1_048_576
# An export reads a whole list: so many in ten minutes for one person, counted in each process.
EXPORT_PACE: Final = RateLimit(most=30, seconds=600)
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Exported(Protocol):
    """What names an export, a list, and what it reads for many rows together."""

    @property
    def code(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def complete(self) -> Callable[[Sequence[Any]], None] | None: ...


def export_rows(
    person: Person, page: Exported, columns: Sequence[Column[Any]], rows: QuerySet[Any], kind: str
) -> StreamingHttpResponse:
    """Answer the rows as a file; that the person took them is recorded first."""
    return export_lines(person, page.code, page.title, _lines(columns, _completed(rows, page.complete)), kind)


def export_lines(
    person: Person, code: str, title: str, lines: Iterable[Sequence[str]], kind: str
) -> StreamingHttpResponse:
    """Answer lines, the heads first, as a file; that the person took them is recorded first.

    Raise `TooManyRequests` for who takes one list after the other.
    """
    EXPORT_PACE.count(str(person.pk))
    record_export(actor=person, list_code=code, kind=kind)
    content = csv_parts(lines) if kind == "csv" else workbook_parts(lines)
    answer = StreamingHttpResponse(content, content_type=_TYPES[kind])
    name = quote(f"{title}-{today():%Y%m%d}.{kind}")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer["Cache-Control"] = "no-store"
    return answer


def _completed(rows: QuerySet[Any], complete: Callable[[Sequence[Any]], None] | None) -> Iterator[Any]:
    read = rows.iterator(chunk_size=_AT_ONCE)
    if complete is None:
        yield from read
        return
    while some := list(islice(read, _AT_ONCE)):
        complete(some)
        yield from some


def _lines(columns: Sequence[Column[Any]], rows: Iterable[Any]) -> Iterator[list[str]]:
    yield [column.title for column in columns]
    for row in rows:
        yield [plain_text(column.value(row)) for column in columns]


class _Line:
    """A file that gives back what was written to it."""

    def write(self, text: str) -> str:
        return text


def csv_parts(lines: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield a CSV file; the mark at its start tells spreadsheets that it is UTF-8."""
    writer = csv.writer(_Line())
    yield "\ufeff".encode()
    for line in lines:
        yield writer.writerow([guarded(cell) for cell in line]).encode()


def guarded(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


class _Sink:
    """An unseekable file whose content is taken away as it grows."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, content: bytes) -> int:
        self.waiting += content
        return len(content)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """Return what was written since the last time."""
        content, self.waiting = bytes(self.waiting), bytearray()
        return content


def workbook_parts(lines: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield an Office Open XML workbook of one sheet; cells are strings, so none is a formula.

    What exceeds a sheet's rows is left out, and the last row says so.
    """
    sink = _Sink()
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in _PARTS.items():
            book.writestr(name, content)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_SHEET_HEAD.encode())
            for number, line in enumerate(lines, start=1):
                if number == _SHEET_ROWS:
                    sheet.write(_row(["其余内容超出工作表行数，请缩小筛选范围或导出 CSV"]))
                    break
                sheet.write(_row(line))
                if len(sink.waiting) > 64_000:
                    yield sink.take()
            sheet.write(b"</sheetData></worksheet>")
    yield sink.take()


def _row(cells: Sequence[str]) -> bytes:
    inner = "".join(
        f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_printable(cell))}</t></is></c>'
        for cell in cells
    )
    return f"<row>{inner}</row>".encode()


def _printable(text: str) -> str:
    """Leave out what XML 1.0 can't hold; a cell holds 32,767 characters."""
    return "".join(one for one in text if one >= " " or one in "\t\n")[:32_767]


_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET_HEAD: Final = f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'
_PARTS: Final = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
