"""The beginning of a document as a page shows it, read in a process of its own, with little memory and time.

python -m rongshu.newsroom.preview_reading KIND < FILE    → {"html", "picture"}: escaped HTML, WebP in base64

What an upload holds is a stranger's: should a library be brought down by it, only this process falls.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from io import BytesIO
from itertools import islice
from typing import Any, BinaryIO, Final

from rongshu.library.reading.documents import open_word

MOST_MEMORY: Final = 1536 * 1024**2
_MOST_BLOCKS: Final = 80
_MOST_SHEETS: Final = 3
_MOST_ROWS: Final = 40
_MOST_COLUMNS: Final = 12
_MOST_NAMES: Final = 100
_LONGEST: Final = 2000  # characters of one paragraph or cell
_PAGE_WIDTH: Final = 900
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."

Shown = dict[str, str]


def read_preview(kind: str, content: bytes) -> Shown:
    """Return what is shown of a document of a media type; nothing for others."""
    read = READERS.get(kind)
    return read(BytesIO(content)) if read else {}


def _pdf(stream: BinaryIO) -> Shown:
    """The first page as a picture, and its words for who cannot see it."""
    import pypdfium2  # noqa: PLC0415 - heavy, and seldom needed

    page = pypdfium2.PdfDocument(stream.read())[0]
    scale = min(4.0, _PAGE_WIDTH / max(page.get_width(), 1.0))
    height = page.get_height() * scale
    picture = page.render(scale=scale if height < _PAGE_WIDTH * 4 else scale * _PAGE_WIDTH * 4 / height)
    out = BytesIO()
    picture.to_pil().convert("RGB").save(out, format="WEBP", quality=75)
    words = page.get_textpage().get_text_range().splitlines()
    return {"html": _paragraphs(words), "picture": base64.b64encode(out.getvalue()).decode()}


def _word(stream: BinaryIO) -> Shown:
    from docx.table import Table  # noqa: PLC0415 - heavy, and seldom needed

    parts = islice(open_word(stream).iter_inner_content(), _MOST_BLOCKS)
    return {"html": "".join(_word_table(one) if isinstance(one, Table) else _block(one) for one in parts)}


def _block(paragraph: Any) -> str:
    words = escape(paragraph.text.strip()[:_LONGEST])
    if not words:
        return ""
    is_heading = str(paragraph.style.name if paragraph.style else "").lower().startswith(("heading", "title"))
    return f"<p><strong>{words}</strong></p>" if is_heading else f"<p>{words}</p>"


def _word_table(table: Any) -> str:
    rows = ([cell.text for cell in row.cells[:_MOST_COLUMNS]] for row in table.rows)
    return _table(rows)


def _excel(stream: BinaryIO) -> Shown:
    import openpyxl  # noqa: PLC0415 - heavy, and seldom needed

    book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    parts = []
    for sheet in book.worksheets[:_MOST_SHEETS]:
        rows = sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True)
        cells = (["" if cell is None else str(cell) for cell in row] for row in rows)
        parts.append(f"<p><strong>{escape(sheet.title[:100])}</strong></p>{_table(cells)}")
    return {"html": "".join(parts)}


def _text(stream: BinaryIO) -> Shown:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - heavy, and seldom needed

    best = from_bytes(stream.read(_LONGEST * 12)).best()
    return {"html": _paragraphs(str(best).splitlines() if best else ())}


def _archive(stream: BinaryIO) -> Shown:
    with zipfile.ZipFile(stream) as archive:
        names = (one.filename for one in archive.infolist() if not one.is_dir())
        return {"html": _paragraphs(islice(names, _MOST_NAMES))}


def _paragraphs(lines: Any) -> str:
    shown = (line.strip()[:_LONGEST] for line in lines)
    return "".join(f"<p>{escape(line)}</p>" for line in islice(filter(None, shown), _MOST_BLOCKS))


def _table(rows: Iterator[Sequence[str]]) -> str:
    filled = [row for row in islice(rows, _MOST_ROWS) if any(cell.strip() for cell in row)]
    # A sheet answers as many columns as it is asked for: those that hold nothing at all are left out.
    width = max((place for row in filled for place, cell in enumerate(row, 1) if cell.strip()), default=0)
    written = [
        "<tr>" + "".join(f"<td>{escape(cell[:_LONGEST])}</td>" for cell in row[:width]) + "</tr>"
        for row in filled
    ]
    return f"<table><tbody>{''.join(written)}</tbody></table>" if written else ""


READERS: Final[Mapping[str, Callable[[BinaryIO], Shown]]] = {
    "application/pdf": _pdf,
    f"{_OFFICE}wordprocessingml.document": _word,
    f"{_OFFICE}spreadsheetml.sheet": _excel,
    # What a macro would do is never run: the words are read as those of any other document.
    "application/vnd.ms-word.document.macroEnabled.12": _word,
    "application/vnd.ms-excel.sheet.macroEnabled.12": _excel,
    "text/plain": _text,
    "text/csv": _text,
    "application/zip": _archive,
}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    json.dump(read_preview(sys.argv[1], sys.stdin.buffer.read()), sys.stdout)
