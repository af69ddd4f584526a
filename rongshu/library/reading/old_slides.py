"""The text of presentations before 2007 (.ppt, .dps): [MS-PPT] §2.1.2 says how to find what is in force.

Each saving wrote behind what stood there already: only what the newest directory names is read.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from xlrd.compdoc import CompDoc

from rongshu.library.reading.document import Document, Hindrance
from rongshu.library.reading.gathering import TooMuch, gathered

_ENCRYPTED: Final = 0xF3D1C4DF
_HEAD: Final = 8
_CONTAINER: Final = 0xF
_SLIDE_LIST, _SLIDE, _WIDE, _NARROW = 0x0FF0, 0x03F3, 0x0FA0, 0x0FA8
_MASTERS: Final = 1  # the instance of the list of masters, whose texts are "click here to write"
_MOST_EDITS: Final = 1_000
_MOST_RECORDS: Final = 500_000
_DEEPEST: Final = 20
_ENDS_A_LINE: Final = str.maketrans({"\r": "\n", "\x0b": "\n"})


class _Record(NamedTuple):
    kind: int
    instance: int
    is_container: bool
    start: int
    end: int


def read_old_slides(content: bytes, name: str) -> Document | None:
    """Return the document of a .ppt, slide after slide; None where the container is no presentation."""
    try:
        container = CompDoc(content, logfile=io.StringIO())
        main = container.get_named_stream("PowerPoint Document")
        user = container.get_named_stream("Current User")
        if not main or not user:
            return None
        token, edit = struct.unpack_from("<II", user, _HEAD + 4)
    except Exception:  # noqa: BLE001 - whatever a damaged container provokes
        return None
    if token == _ENCRYPTED:
        return Document("", hindrances=[Hindrance("encrypted", f"请上传未加密的文件：{name}", name)])
    return gathered(lambda: _Slides(main).texts(edit), name)


class _Slides:
    """The records of a presentation."""

    def __init__(self, main: bytes) -> None:
        self._main, self._left = main, _MOST_RECORDS

    def texts(self, edit: int) -> Iterator[str]:
        """Yield the texts of the slides, then of the notes, as the newest edit has them."""
        places, document = self._directory(edit)
        for each in self._within(self._at(places[document])):
            if each.kind == _SLIDE_LIST and each.instance != _MASTERS:
                yield from self._listed(each, places)

    def _listed(self, listing: _Record, places: dict[int, int]) -> Iterator[str]:
        """What an outline says of each slide, and what else stands on it."""
        for each in self._within(listing):
            if each.kind == _SLIDE:
                (number,) = struct.unpack_from("<I", self._main, each.start)
                yield from self._said(self._at(places[number])) if number in places else ()
            else:
                yield from self._said(each)

    def _said(self, record: _Record, depth: int = 0) -> Iterator[str]:
        if record.kind in {_WIDE, _NARROW}:
            encoding = "utf-16-le" if record.kind == _WIDE else "latin-1"
            text = self._main[record.start : record.end].decode(encoding, "replace")
            yield f"{text.translate(_ENDS_A_LINE)}\n"
        elif record.is_container and depth < _DEEPEST:
            for each in self._within(record):
                yield from self._said(each, depth + 1)

    def _directory(self, edit: int) -> tuple[dict[int, int], int]:
        """Where each object stands, and the number of the document; a newer edit goes before an older."""
        places: dict[int, int] = {}
        (document,) = struct.unpack_from("<I", self._main, edit + _HEAD + 16)
        for _ in range(_MOST_EDITS):
            before, directory = struct.unpack_from("<II", self._main, edit + _HEAD + 8)
            for number, place in self._places(self._at(directory)):
                places.setdefault(number, place)
            if not before:
                break
            edit = before
        return places, document

    def _places(self, directory: _Record) -> Iterator[tuple[int, int]]:
        at = directory.start
        while at < directory.end:
            (head,) = struct.unpack_from("<I", self._main, at)
            first, count = head & 0xFFFFF, head >> 20
            yield from enumerate(struct.unpack_from(f"<{count}I", self._main, at + 4), first)
            at += 4 + 4 * count

    def _within(self, record: _Record) -> Iterator[_Record]:
        at = record.start
        while at + _HEAD <= record.end:
            each = self._at(at)
            yield each
            at = each.end

    def _at(self, place: int) -> _Record:
        self._left -= 1
        if self._left < 0:
            raise TooMuch
        version, kind, length = struct.unpack_from("<HHI", self._main, place)
        start = place + _HEAD
        return _Record(kind, version >> 4, version & 0xF == _CONTAINER, start, start + length)
