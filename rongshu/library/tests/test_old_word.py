"""Word files before 2007: their text is read, or it is said why not."""

from __future__ import annotations

import struct

import pytest

from rongshu.library.reading.files import read_file

SECTOR = 512
END = 0xFFFFFFFE
TEXT = (
    "关于开展示范工作的通知\r各单位：\r"
    '\x13HYPERLINK "http://a.example"\x14联系人\x15 示范同志\r项目\x07金额\x07\x07'
)


def old_word(text: str = TEXT, *, flags: int = 0, magic: int = 0xA5EC) -> bytes:
    """Return a compound file whose Word document has the first half of its text wide and the rest narrow."""
    wide, narrow = text.encode("utf-16-le"), b"Tel. 010-0000"
    main = bytearray(max(4096, 0x800 + len(wide) + len(narrow) + 2))
    struct.pack_into("<H", main, 0, magic)
    struct.pack_into("<H", main, 0x0A, flags)
    main[0x800 : 0x800 + len(wide)] = wide
    at = 0x800 + len(wide)
    main[at : at + len(narrow)] = narrow
    ends = struct.pack("<3I", 0, len(text), len(text) + len(narrow))
    places = struct.pack("<HIHHIH", 0, 0x800, 0, 0, at * 2 | 0x40000000, 0)
    clx = b"\x01\x02\x00ab" + b"\x02" + struct.pack("<I", len(ends + places)) + ends + places
    struct.pack_into("<II", main, 0x01A2, 0, len(clx))
    return compound_file({"WordDocument": bytes(main), "0Table": clx.ljust(4096, b"\0")})


def compound_file(streams: dict[str, bytes]) -> bytes:
    """Return the streams in a compound file: header, allocation table, directory, contents."""
    chains: list[int] = [0xFFFFFFFD, END]
    entries = [_entry("Root Entry", 5, child=1, first=END, size=0)]
    body = b""
    for number, (name, content) in enumerate(streams.items(), 1):
        first, sectors = len(chains), -(-len(content) // SECTOR)
        chains += [*range(first + 1, first + sectors), END]
        body += content.ljust(sectors * SECTOR, b"\0")
        after = number + 1 if number < len(streams) else -1
        entries.append(_entry(name, 2, after=after, first=first, size=len(content)))
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    table = struct.pack(f"<{len(chains)}I", *chains).ljust(SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    head += bytes(10) + struct.pack("<iiiiiiii", 1, 1, 0, 4096, -2, 0, -2, 0)
    return head + struct.pack("<i", 0) + b"\xff" * (SECTOR - len(head) - 4) + table + directory + body


def _entry(name: str, kind: int, *, after: int = -1, child: int = -1, first: int, size: int) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    entry = written.ljust(64, b"\0") + struct.pack("<HBB", len(written), kind, 1)
    entry += struct.pack("<iii", -1, after, child) + bytes(36)
    return entry + struct.pack("<III", first, size, 0)


def test_the_text_is_read_whole_and_without_instructions() -> None:
    document = read_file(old_word(), "通知.doc")
    assert document.text == "关于开展示范工作的通知\n各单位：\n联系人 示范同志\n项目\t金额\t\tTel. 010-0000"
    assert document.hindrances == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (old_word(flags=0x0100), "encrypted"),
        (old_word(magic=0x1234), "unreadable"),
        (old_word()[:900], "unreadable"),
        (old_word().replace(b"\x01\x02\x00ab\x02", b"\x01\xff\xff\xff\xff\xff"), "unreadable"),
    ],
)
def test_what_can_not_be_read_is_said(content: bytes, code: str) -> None:
    document = read_file(content, "通知.doc")
    assert (document.text, [one.code for one in document.hindrances]) == ("", [code])
