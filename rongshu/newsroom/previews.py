"""The beginning of an attachment as text, so that nobody has to open it to know what it is."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from itertools import islice
from typing import BinaryIO, Final

from rongshu.foundation.text import truncate

_MOST_LINES: Final = 60
_MOST_PAGES: Final = 3
_LONGEST: Final = 6000
LARGEST_PREVIEWED: Final = 30 * 1024**2
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."


def preview_text(stream: BinaryIO, media_type: str, size: int) -> str | None:
    """Return the first lines of a PDF, Word, Excel or text file; None when there is nothing to show."""
    read = _READERS.get(media_type)
    if read is None or size > LARGEST_PREVIEWED:
        return None
    try:
        lines = list(islice((line for line in read(stream) if line.strip()), _MOST_LINES))
    except Exception:  # noqa: BLE001 - a preview of a broken file is no preview; the readers raise anything
        return None
    return truncate("\n".join(lines), _LONGEST) or None


def _pdf(stream: BinaryIO) -> Iterator[str]:
    from pdfminer.high_level import extract_text  # noqa: PLC0415 - heavy, and seldom needed

    return iter(extract_text(BytesIO(stream.read()), maxpages=_MOST_PAGES).splitlines())


def _word(stream: BinaryIO) -> Iterator[str]:
    from docx import Document  # noqa: PLC0415 - heavy, and seldom needed

    return (paragraph.text for paragraph in Document(stream).paragraphs)


def _excel(stream: BinaryIO) -> Iterator[str]:
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy, and seldom needed

    book = load_workbook(stream, read_only=True, data_only=True)
    for sheet in book.worksheets[:_MOST_PAGES]:
        yield f"【{sheet.title}】"
        for row in sheet.iter_rows(max_row=30, max_col=12, values_only=True):
            yield "　".join("" if cell is None else str(cell) for cell in row)


def _text(stream: BinaryIO) -> Iterator[str]:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - heavy, and seldom needed

    best = from_bytes(stream.read(_LONGEST * 4)).best()
    return iter(str(best).splitlines() if best else ())


def _archive(stream: BinaryIO) -> Iterator[str]:
    with zipfile.ZipFile(stream) as archive:
        yield from (name for name in archive.namelist() if not name.endswith("/"))


_READERS: Final[Mapping[str, Callable[[BinaryIO], Iterator[str]]]] = {
    "application/pdf": _pdf,
    f"{_OFFICE}wordprocessingml.document": _word,
    f"{_OFFICE}spreadsheetml.sheet": _excel,
    "text/plain": _text,
    "text/csv": _text,
    "application/zip": _archive,
}
