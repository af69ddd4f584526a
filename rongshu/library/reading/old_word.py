"""The text of Word files before 2007 (.doc, .wps): [MS-DOC] §2.5 (FIB) and §2.9.38 (Clx) say where it is."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from typing import Final

from rongshu.library.reading.document import Document, Hindrance
from rongshu.library.reading.limits import LONGEST_TEXT

_WORD: Final = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_FLAGS_AT, _CLX_AT = 0x0A, 0x01A2
_COMPRESSED: Final = 0x40000000
_PIECES: Final = 0x02
_PIECE_SIZE: Final = 8
# What stands between the beginning of a field and its separator is an instruction (HYPERLINK "…").
_INSTRUCTION: Final = re.compile(r"\x13[^\x13-\x15]*\x14")
_ENDS_A_LINE: Final = str.maketrans({"\r": "\n", "\x07": "\t", "\x0b": "\n", "\x0c": "\n", "\x1e": "-"})
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read_old_word(content: bytes, name: str) -> Document | None:
    """Return the document of a .doc; None where the container is no Word file, or a damaged one."""
    from xlrd.compdoc import CompDoc  # noqa: PLC0415 - only when needed

    try:
        container = CompDoc(content, logfile=io.StringIO())
        main = container.get_named_stream("WordDocument") or b""
        magic, flags = struct.unpack_from("<H", main)[0], struct.unpack_from("<H", main, _FLAGS_AT)[0]
        if magic != _WORD:
            return None
        if flags & _ENCRYPTED:
            return Document("", hindrances=[Hindrance("encrypted", f"请上传未加密的文件：{name}", name)])
        table = container.get_named_stream("1Table" if flags & _SECOND_TABLE else "0Table") or b""
        return Document(_readable("".join(_pieces(main, _table_of_pieces(main, table)))))
    except Exception:  # noqa: BLE001 - whatever a damaged container provokes
        return None


def _table_of_pieces(main: bytes, table: bytes) -> bytes:
    """Return the PlcPcd: behind any number of Prc, whose properties say nothing of the text."""
    at, size = struct.unpack_from("<II", main, _CLX_AT)
    clx = table[at : at + size]
    at = 0
    while clx[at] != _PIECES:
        at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
    (size,) = struct.unpack_from("<I", clx, at + 1)
    return clx[at + 5 : at + 5 + size]


def _pieces(main: bytes, table: bytes) -> Iterator[str]:
    count = (len(table) - 4) // (4 + _PIECE_SIZE)
    ends = struct.unpack_from(f"<{count + 1}I", table)
    left = LONGEST_TEXT
    for number in range(count):
        (place,) = struct.unpack_from("<I", table, 4 * (count + 1) + _PIECE_SIZE * number + 2)
        length = min(ends[number + 1] - ends[number], left)
        if place & _COMPRESSED:
            at = (place & ~_COMPRESSED) // 2
            yield main[at : at + length].decode("cp1252", "replace")
        else:
            yield main[place : place + 2 * length].decode("utf-16-le", "replace")
        left -= length


def _readable(text: str) -> str:
    before = None
    while before != text:  # fields stand within fields
        before, text = text, _INSTRUCTION.sub("", text)
    return _CONTROLS.sub("", text.translate(_ENDS_A_LINE)).strip()
