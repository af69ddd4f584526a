"""`rongshu inspect`: text and documents in, JSON out, clear refusals, no installation needed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest
from django.core.management import call_command
from fpdf import FPDF

from rongshu.inspection.checking import inspect_document
from rongshu.inspection.seed_lexicon import built_in_lexicon
from rongshu.library.reading.documents import read_word
from rongshu.library.reading.files import read_file
from rongshu.library.reading.pdf_pages import unwrapped
from rongshu.newsroom.fonts import chinese_font

KEYS = {"class", "severity", "tier", "start", "end", "text", "rule", "suggestion"}


def inspected(file: Path) -> list[dict[str, object]]:
    out = io.StringIO()
    call_command("inspect", str(file), stdout=out)
    rows: list[dict[str, object]] = json.loads(out.getvalue())
    return rows


@pytest.mark.requirement("P7-04")
def test_a_text_gives_json_with_places_in_characters(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    text = "𠮷地\n中华人民共合国。"
    file.write_text(text)
    rows = inspected(file)
    assert all(set(row) == KEYS for row in rows)
    first = next(row for row in rows if row["class"] == "E2")
    assert text[int(str(first["start"])) : int(str(first["end"]))] == first["text"] == "中华人民共合国"


def test_gb18030_and_html_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("各单位进行进行检查。".encode("gb18030"))
    (tmp_path / "b.html").write_text(
        "<html><script>进行进行</script><p>各单位进行<b>进行</b>检查。</p></html>"
    )
    for name in ("a.txt", "b.html"):
        assert [row["text"] for row in inspected(tmp_path / name)] == ["进行进行"]


def test_word_tables_and_macros_are_noticed(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "手机13812345678"
    file = tmp_path / "a.docx"
    document.save(str(file))
    assert [row["text"] for row in inspected(file)] == ["13812345678"]
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    codes = {str(row["rule"]).partition(" ")[0] for row in inspected(file)}
    assert {"E13-macros", "E6-mobile"} <= codes


def test_the_words_of_a_file_with_macros_are_read_and_a_film_has_none(tmp_path: Path) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "手机13812345678"
    plain, macros = tmp_path / "a.docx", tmp_path / "a.docm"
    document.save(str(plain))
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(macros, "w") as target:
        for one in source.namelist():
            main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
            as_macros = b"application/vnd.ms-word.document.macroEnabled.main+xml"
            target.writestr(one, source.read(one).replace(main, as_macros))
        target.writestr("word/vbaProject.bin", b"macro")
    codes = {str(row["rule"]).partition(" ")[0] for row in inspected(macros)}
    assert codes == {"E13-macros", "E6-mobile"}
    film = tmp_path / "a.mp4"
    film.write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(60))
    assert inspected(film) == []


@pytest.mark.requirement("P7-04")
def test_a_pdf_is_read_whatever_its_font_brings_along(tmp_path: Path) -> None:
    """Fonts of OpenType with an encoding of their own, as most Chinese ones are, hide nothing."""
    font = chinese_font()
    book = FPDF()
    book.add_page()
    book.add_font("zh", fname=font.path, collection_font_number=font.face)
    book.set_font("zh", size=14)
    book.multi_cell(
        0, 10, f"{'各单位要落实责任。' * 2}申请人身份证号110101199003077758，请及时进行进行核对。"
    )
    book.output(str(tmp_path / "a.pdf"))
    rows = inspected(tmp_path / "a.pdf")
    assert {(row["class"], str(row["text"]).replace("\n", "")) for row in rows} == {
        ("E6", "110101199003077758"),
        ("E8", "进行进行"),
    }


def test_a_pdf_that_is_locked_or_broken_is_named() -> None:
    book = FPDF()
    book.add_page()
    book.set_encryption(owner_password="one", user_password="two")
    codes = [[each.code for each in read_file(content, "a.pdf").hindrances] for content in
             (bytes(book.output()), b"%PDF-1.7\n%%EOF")]  # fmt: skip
    assert codes == [["encrypted"], ["unreadable"]]


def test_rich_text_is_read_and_an_old_word_file_named(tmp_path: Path) -> None:
    told = "".join(
        f"\\u{ord(sign) - 65536 if ord(sign) > 32767 else ord(sign)}?" for sign in "请进行进行检查"
    )
    rich = tmp_path / "通知.doc"
    rich.write_text(rf"{{\rtf1\ansi\ansicpg936 {told}\'a3\'ac13812345678\par}}")
    assert [row["text"] for row in inspected(rich)] == ["进行进行", "13812345678"]


def test_lines_of_a_paragraph_are_joined_and_rows_of_numbers_are_not() -> None:
    prose = "为加强全省中小学校舍安全管理，各地要提高认识，加强组织领\n导，落实责任。"
    assert unwrapped(prose) == prose.replace("\n", "") + "\n"
    rows = "示范市示范区示范街道办事处示范社区居委会张某13812345678\n2李某"
    assert unwrapped(rows) == rows + "\n"


def test_a_zip_bomb_is_not_opened() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 30_000_000)
    document = read_word(target.getvalue(), "弹.docx")
    assert (document.text, [one.code for one in document.hindrances]) == ("", ["bomb"])


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"%PDF-1.4 broken", "a.pdf", "E13-unreadable"),
        (b"PK\x03\x04word/document.xml", "a.docx", "E13-unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "a.doc", "E13-unreadable"),
        (b"abc\x00def", "a.bin", "E13-unreadable"),
    ],
)
def test_what_cannot_be_read_is_a_finding(content: bytes, name: str, code: str) -> None:
    found = inspect_document(read_file(content, name), built_in_lexicon())
    assert code in {one.rule_code for one in found}


def run(*arguments: str, folder: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {
        **os.environ,
        "RONGSHU_DATA": str(folder / "nothing"),
        "DATABASE_URL": "sqlite:////nowhere/x.sqlite3",
    }
    command = [sys.executable, "-m", "rongshu.project.cli", "inspect", *arguments]
    return subprocess.run(command, input=given, capture_output=True, env=environment, check=False)


def test_no_installation_is_needed_and_refusals_are_one_line(tmp_path: Path) -> None:
    done = run("-", folder=tmp_path, given="各单位进行进行检查。".encode())
    assert done.returncode == 0, done.stderr
    assert [row["text"] for row in json.loads(done.stdout)] == ["进行进行"]
    missing = run("/no/such/file", folder=tmp_path)
    assert (missing.returncode, missing.stdout) == (2, b"")
    assert "没有文件" in missing.stderr.decode()
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    unread = run(str(tmp_path / "a.doc"), folder=tmp_path)
    assert unread.returncode == 3
    assert json.loads(unread.stdout)[0]["class"] == "E13"
