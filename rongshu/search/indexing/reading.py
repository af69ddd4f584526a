"""The process that reads attachments: files in, one JSON line `{"text": …}` each out, in their order.

python -m rongshu.search.indexing.reading FILE…
"""

from __future__ import annotations

import io
import json
import resource
import sys
from pathlib import Path
from typing import Final

import xlrd

from rongshu.library.reading.files import read_file

_MOST_MEMORY: Final = 1024 * 1024 * 1024
_LONGEST: Final = 200_000
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAYING: Final = (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER)


def main(files: list[str]) -> None:
    """Read each file; what can't be read is null."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    for file in files:
        sys.stdout.write(json.dumps({"text": _text_of(Path(file))}) + "\n")
        sys.stdout.flush()


def _text_of(file: Path) -> str | None:
    content = file.read_bytes()
    if content.startswith(_OLE) and (cells := _text_of_old_workbook(content)) is not None:
        return cells
    try:
        document = read_file(content)
    except Exception:  # noqa: BLE001 - whatever a damaged file provokes
        return None
    if not document.text and any(one.forbids_opening for one in document.hindrances):
        return None
    return " ".join(document.text.split())[:_LONGEST]


def _text_of_old_workbook(content: bytes) -> str | None:
    """What the cells of an .xls say; None where the container holds something else, as an old .doc."""
    try:
        with xlrd.open_workbook(file_contents=content, logfile=io.StringIO()) as book:
            rows = (row for sheet in book.sheets() for row in sheet.get_rows())
            cells = (
                " ".join(str(cell.value).split()) for row in rows for cell in row if cell.ctype in _SAYING
            )
            return " ".join(filter(None, cells))[:_LONGEST]
    except Exception:  # noqa: BLE001 - xlrd lets whatever goes wrong inside through
        return None


if __name__ == "__main__":
    main(sys.argv[1:])
