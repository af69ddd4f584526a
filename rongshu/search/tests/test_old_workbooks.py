"""The words of an .xls of old: read from a workbook made here, record by record."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from rongshu.search.indexing.reading import main

_SECTOR = 512


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _workbook(*texts: str) -> bytes:
    """Return a BIFF8 stream ([MS-XLS]) with a text in each row."""
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    named = struct.pack("<HBB", 0, 5, 0) + b"Table"
    sheet_at = len(begin) + 4 + 4 + len(named) + 4
    cells = b"".join(
        _record(0x0204, struct.pack("<HHHHB", row, 0, 0, len(text), 1) + text.encode("utf-16-le"))
        for row, text in enumerate(texts)
    )
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 16, 0, 0, 0, 0)) + cells + _record(0x000A)
    return begin + _record(0x0085, struct.pack("<I", sheet_at) + named) + _record(0x000A) + sheet


def _container(name: str, stream: bytes) -> bytes:
    """Return a compound file ([MS-CFB]): its table of sectors, its directory, one stream of eight sectors."""
    none, end = 0xFFFFFFFF, 0xFFFFFFFE
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIII4xIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 4096, end, 0, end, 0)
    head += struct.pack("<109I", 0, *[none] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, end, *range(3, 10), end, *[none] * 118)

    def entry(called: str, kind: int, child: int, start: int, size: int) -> bytes:
        written = called.encode("utf-16-le") + b"\0\0"
        tree = struct.pack("<HBBIII36xIQ", len(written), kind, 1, none, none, child, start, size)
        return written.ljust(64, b"\0") + tree

    directory = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, none, 2, 8 * _SECTOR)
    return head + table + directory.ljust(_SECTOR, b"\0") + stream.ljust(8 * _SECTOR, b"\0")


def test_an_old_workbook_is_read_and_what_is_none_is_not(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The limit is for a process of its own, not for the one that tests.
    monkeypatch.setattr("resource.setrlimit", lambda *_: None)
    contents = {
        "workbook": _container("Workbook", _workbook("玄武岩样本", "榕树  编号")),
        "with macros": _container("Workbook", _workbook("花岗岩")) + "_VBA_PROJECT".encode("utf-16-le"),
        "word": _container("WordDocument", b"nothing to be read"),
        "damaged": _container("Workbook", b"\x09\x08\xff\xff damaged"),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    main([str(tmp_path / name) for name in contents])
    said = [json.loads(line)["text"] for line in capfd.readouterr().out.splitlines()]

    assert said == ["Table 玄武岩样本 榕树 编号", "Table 花岗岩", None, None]
