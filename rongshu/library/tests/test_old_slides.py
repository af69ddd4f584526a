"""Presentations before 2007: what stands on their slides now is read, and nothing that was taken out."""

from __future__ import annotations

import struct

import pytest

from rongshu.library.reading.files import read_file
from rongshu.library.tests.test_old_word import compound_file

_DOCUMENT, _LIST, _SLIDE_AT, _SLIDE = 0x03E8, 0x0FF0, 0x03F3, 0x03EE
_EDIT, _DIRECTORY, _WIDE, _NARROW = 0x0FF5, 0x1772, 0x0FA0, 0x0FA8


def _record(kind: int, content: bytes, *, instance: int = 0, is_container: bool = False) -> bytes:
    return struct.pack("<HHI", instance << 4 | (0xF if is_container else 0), kind, len(content)) + content


def _wide(text: str) -> bytes:
    return _record(_WIDE, text.encode("utf-16-le"))


def _at(number: int) -> bytes:
    return _record(_SLIDE_AT, struct.pack("<5I", number, 0, 0, 256 + number, 0))


def _edited(before: bytes, objects: dict[int, bytes], last: int) -> tuple[bytes, int]:
    """Write objects behind what stands there, with a directory of them; return all and where the edit is."""
    main, entries = before, b""
    for number, content in objects.items():
        entries += struct.pack("<II", number | 1 << 20, len(main))
        main += content
    directory = len(main)
    main += _record(_DIRECTORY, entries)
    edit = len(main)
    return main + _record(_EDIT, struct.pack("<IIIII", 256, 0, last, directory, 1) + bytes(8)), edit


def _presentation(token: int = 0xE391C05F, *, moved: int = 0) -> bytes:
    first = _record(_SLIDE, _wide("先写后改的一页"), is_container=True)
    masters = _record(_LIST, _wide("单击此处编辑母版"), instance=1, is_container=True)
    slides = _record(_LIST, _at(2) + _wide("榕树示范\r第二行") + _at(9), is_container=True)
    document = _record(_DOCUMENT, masters + slides, is_container=True)
    main, edit = _edited(b"", {1: document, 2: first}, 0)
    # Saved again: the second object was replaced.
    text = _record(0xF00D, _record(_NARROW, b"Tel. 010-0000"), is_container=True)
    main, edit = _edited(main, {2: _record(_SLIDE, _wide("现在的一页") + text, is_container=True)}, edit)
    user = struct.pack("<HHIIII", 0, 0x0FF6, 12, 20, token, edit + moved)
    # Shorter streams would lie in sectors of another size.
    streams = {"PowerPoint Document": main, "Current User": user}
    return compound_file({name: content.ljust(4096, b"\0") for name, content in streams.items()})


def test_what_stands_on_the_slides_now_is_read() -> None:
    document = read_file(_presentation(), "课件.ppt")
    assert document.text == "现在的一页\nTel. 010-0000\n榕树示范\n第二行\n"
    assert document.hindrances == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_presentation(0xF3D1C4DF), "encrypted"),
        (_presentation()[:900], "unreadable"),
        (_presentation(moved=1_000_000), "unreadable"),
    ],
)
def test_what_can_not_be_read_is_said(content: bytes, code: str) -> None:
    document = read_file(content, "课件.ppt")
    assert (document.text.strip(), [one.code for one in document.hindrances]) == ("", [code])
