"""Files as sources: every format gives the same records, damage is one record, nothing hidden is believed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from openpyxl import Workbook

from rongshu.intake.sources import SettingsMalformed, SourceRecord, open_source

ROWS = [
    ("1", "关于第一项工作的通知", "正文一"),
    ("2", "关于第二项，工作的公告", "正文\n二"),
    ("3", "㙍地名的批复", "正文三"),
]
NAMES = ("编号", "标题", "正文")


def _csv(encoding: str, delimiter: str = ",") -> bytes:
    quoted = [[f'"{value}"' for value in row] for row in (NAMES, *ROWS)]
    return "\r\n".join(delimiter.join(row) for row in quoted).encode(encoding)


def _xml(declared: str, encoding: str) -> bytes:
    items = "".join(
        f"<item><编号>{a}</编号><标题>{b}</标题><正文><![CDATA[{c}]]></正文></item>" for a, b, c in ROWS
    )
    return f'<?xml version="1.0" encoding="{declared}"?><channel><title>x</title>{items}</channel>'.encode(
        encoding
    )


def _html() -> bytes:
    cells = "".join("<tr>" + "".join(f"<td>{one}</td>" for one in row) + "</tr>" for row in (NAMES, *ROWS))
    return f"<html><meta charset=gb2312><table>{cells}</table></html>".encode("gb18030")


def _json_lines() -> bytes:
    return b"\n".join(orjson.dumps(dict(zip(NAMES, row, strict=True))) for row in ROWS)


def _json() -> bytes:
    return b'{"code": 0, "data": {"list": [' + b",".join(_json_lines().split(b"\n")) + b"]}}"


MADE: dict[str, Callable[[], bytes]] = {
    "export.csv": lambda: _csv("gb18030"), "export-utf8.csv": lambda: _csv("utf-8-sig"),
    "export-wide.csv": lambda: _csv("utf-16", "\t"), "export.txt": lambda: _csv("utf-8", ";"),
    "export.xml": lambda: _xml("gb2312", "gb18030"), "lying.xml": lambda: _xml("gb2312", "utf-8"),
    "export.xls": _html, "export.jsonl": _json_lines, "export.json": _json,
}  # fmt: skip


def read(file: Path, after: str = "", **settings: Any) -> list[SourceRecord]:
    with open_source("file", {"path": str(file), "key": "编号", **settings}) as source:
        return list(source.records(after))


@pytest.mark.parametrize("name", MADE)
def test_every_format_gives_the_same_records(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(MADE[name]())
    found = read(file)
    assert [one.key for one in found] == ["1", "2", "3"]
    assert [one.values["标题"] for one in found] == [row[1] for row in ROWS]
    assert [str(one.values["正文"]).split() for one in found] == [row[2].split() for row in ROWS]
    with open_source("file", {"path": str(file), "key": "编号"}) as source:
        assert (source.count(), set(NAMES) <= set(source.fields())) == (3, True)
        assert [one.key for one in source.named(["2", "9"])] == ["2"]
    assert [one.key for one in read(file, found[0].position)] == ["2", "3"]


def test_a_workbook_and_its_sheets(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("文章")
    for row in (NAMES, *ROWS):
        sheet.append(row)
    book.save(tmp_path / "old.xlsx")
    assert [one.values["标题"] for one in read(tmp_path / "old.xlsx", sheet="文章")] == [
        row[1] for row in ROWS
    ]
    with pytest.raises(SettingsMalformed, match="没有工作表"):
        read(tmp_path / "old.xlsx", sheet="别的")


def test_a_file_that_was_replaced_is_read_from_its_start(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(_csv("utf-8"))
    position = read(file)[-1].position
    file.write_bytes(_csv("utf-8") + '\r\n"4","新增","正文四"'.encode())
    assert [one.key for one in read(file, position)] == ["1", "2", "3", "4"]


def test_damage_is_one_record_and_the_rest_is_read(tmp_path: Path) -> None:
    lines = tmp_path / "export.jsonl"
    lines.write_text('{"编号": 1}\n{damaged\n[1]\n{"标题": "没有编号"}\n{"编号": 5}\n')
    found = read(lines)
    assert [one.code for one in found] == [
        "",
        "record-unreadable",
        "record-unreadable",
        "record-key-missing",
        "",
    ]
    assert all(one.reason for one in found if one.code)
    table = tmp_path / "export.csv"
    table.write_text("编号,标题\n1,a,b,c\n2,x\n")
    assert [one.code for one in read(table)] == ["record-unreadable", ""]
    broken = tmp_path / "broken.xml"
    broken.write_text("<r><i><编号>1</编号></i><i><编号>2</编号></i><i><编号>3</x></r>")
    assert [one.key for one in itertools.islice(read(broken), 2)] == ["1", "2"]
    assert read(broken)[-1].code == "record-unreadable"


@pytest.mark.parametrize(
    "entity", ['a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"', 'a SYSTEM "file:///etc/passwd"', 'a "text"']
)
def test_declarations_of_entities_are_refused(tmp_path: Path, entity: str) -> None:
    items = "<i><编号>&a;</编号></i><i><编号>2</编号></i>"
    (tmp_path / "bomb.xml").write_text(f"<!DOCTYPE r [<!ENTITY {entity}>]><r>{items}</r>")
    with pytest.raises(SettingsMalformed, match="DTD"):
        read(tmp_path / "bomb.xml")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 no archive"),
        ("a.xls", b"\xd0\xcf\x11\xe0 nothing"),
        ("a.json", b"[1, 2"),
        ("a.xml", b"<r/>"),
    ],
)
def test_what_is_no_such_file_is_said_in_words(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsMalformed):
        read(tmp_path / name)


def test_settings_are_checked_before_anything_is_read(tmp_path: Path) -> None:
    absent = {"path": str(tmp_path / "no")}
    for kind, settings in (
        ("tape", {}),
        ("file", {}),
        ("file", {"path": "x", "colour": "red"}),
        ("file", absent),
    ):
        with pytest.raises(SettingsMalformed), open_source(kind, settings):
            pass
