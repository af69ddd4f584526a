"""Files of older programs as documents: workbooks before 2007 and rich text."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rongshu.library.reading.document import Document
from rongshu.library.reading.gathering import TooMuch, gathered
from rongshu.library.reading.limits import MOST_CELLS


def read_old_workbook(content: bytes, name: str) -> Document | None:
    """Return the text of an .xls as of an .xlsx; None where the container holds something else."""
    import xlrd  # noqa: PLC0415 - only when needed

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
                yield "\t".join(_cell(one.value) for one in row) + "\n"

    return gathered(rows, name)


def read_rich_text(content: bytes, name: str) -> Document:
    """Return the text of an RTF file, which many an old .doc is."""
    from striprtf.striprtf import rtf_to_text  # noqa: PLC0415 - only when needed

    def text() -> Iterator[str]:
        # The file itself is ASCII: other signs stand there as numbers in the encoding it names.
        yield rtf_to_text(content.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]

    return gathered(text, name)


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
