"""Text files of unknown encoding as lines: UTF-8 with or without mark, UTF-16, GB18030, or a mixture."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_WIDE: Final = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LONGEST_LINE: Final = 64 * 1024 * 1024


def lines_of(file: Path) -> Iterator[str]:
    """Yield the lines with their ends; each is decoded by what fits it, as exports are pasted together."""
    with file.open("rb") as stream:
        wide = next((name for mark, name in _WIDE if stream.read(2) == mark or stream.seek(0)), "")
    if wide:
        with file.open(encoding=wide, errors="replace", newline="") as text:
            text.read(1)
            yield from text
        return
    with file.open("rb") as stream:
        if stream.read(3) != codecs.BOM_UTF8:
            stream.seek(0)
        while line := stream.readline(_LONGEST_LINE):
            yield decoded(line)


def decoded(content: bytes) -> str:
    """Return text of bytes in UTF-8 or GB18030; what is neither keeps its place as U+FFFD."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("gb18030", "replace")


class Utf8Stream(io.RawIOBase):
    """The text of a file as UTF-8 bytes, whatever it was and said it was: for parsers that want bytes."""

    def __init__(self, file: Path) -> None:
        self._lines = lines_of(file)
        self._rest = b""
        self._begun = False

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with the next bytes; 0 at the end."""
        while not self._rest:
            line = next(self._lines, None)
            if line is None:
                return 0
            self._rest = (line if self._begun else _without_declaration(line)).encode("utf-8", "replace")
            self._begun = True
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken


def _without_declaration(line: str) -> str:
    """Drop an XML declaration: the encoding it names is not that of the stream any more."""
    bare = line.lstrip("\ufeff \t\r\n")
    return bare.partition("?>")[2] if bare.startswith("<?xml") else line
