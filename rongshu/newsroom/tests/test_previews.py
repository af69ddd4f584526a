"""Beginnings of attachments: what is shown, and what is never opened."""

from __future__ import annotations

import io
import zipfile
from base64 import b64decode

import docx
import openpyxl
import pytest
from fpdf import FPDF
from PIL import Image

from rongshu.newsroom.editing_errors import PictureUnreadable
from rongshu.newsroom.pictures import cut_out, fit_for_pages
from rongshu.newsroom.previews import Preview, preview_of

_OFFICE = "application/vnd.openxmlformats-officedocument."
WORD, SHEETS = f"{_OFFICE}wordprocessingml.document", f"{_OFFICE}spreadsheetml.sheet"


def shown(content: bytes, kind: str) -> Preview | None:
    return preview_of(io.BytesIO(content), kind, len(content))


def word_file() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_heading("总体要求", 1)
    document.add_paragraph("各校要做好准备<script>alert(1)</script>。")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "学校", "数量"
    document.save(out)
    return out.getvalue()


def test_a_pdf_shows_its_first_page_as_a_picture_and_in_words() -> None:
    page = FPDF()
    page.add_page()
    page.set_font("Helvetica", size=24)
    page.cell(text="First page of the notice")
    preview = shown(bytes(page.output()), "application/pdf")
    assert preview is not None
    with Image.open(io.BytesIO(b64decode(preview.picture))) as picture:
        assert picture.format == "WEBP"
        assert 890 <= picture.width <= 910
    assert "First page of the notice" in preview.html


def test_a_word_file_shows_paragraphs_and_tables_escaped() -> None:
    preview = shown(word_file(), WORD)
    assert preview is not None
    assert "<strong>总体要求</strong>" in preview.html
    assert "<td>学校</td><td>数量</td>" in preview.html
    assert "<script" not in preview.html
    assert "alert(1)" in preview.html


def test_sheets_show_their_rows() -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.worksheets[0].title = "名单"
    for row in (["学校", "数量"], ["示范小学", 12], ["<b>示范中学</b>", None]):
        book.worksheets[0].append(row)
    book.save(out)
    preview = shown(out.getvalue(), SHEETS)
    assert preview is not None
    assert "<strong>名单</strong>" in preview.html
    assert "<td>示范小学</td><td>12</td>" in preview.html
    assert "&lt;b&gt;示范中学" in preview.html


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4 broken", "application/pdf"),
        (b"PK\x03\x04 broken", WORD),
        (b"PK\x03\x04 broken", "application/zip"),
        (b"", SHEETS),
        (b"MZ", "application/octet-stream"),
    ],
)
def test_what_cannot_be_read_shows_nothing(content: bytes, kind: str) -> None:
    assert shown(content, kind) is None


@pytest.mark.parametrize("kind", [WORD, SHEETS, "application/zip"])
def test_a_bomb_is_not_opened(kind: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w>" + b"0" * 260_000_000)
    assert shown(out.getvalue(), kind) is None


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 5000)).save(out, format="PNG")
    for use in (fit_for_pages, lambda source: cut_out(source, ratio="16:9", focus=(500, 500))):
        out.seek(0)
        with pytest.raises(PictureUnreadable, match="4000 万像素"):
            use(out)


def test_a_large_photograph_is_decoded_smaller() -> None:
    out = io.BytesIO()
    Image.new("RGB", (9600, 5400), "green").save(out, format="JPEG", quality=30)
    out.seek(0)
    made = fit_for_pages(out)
    assert made is not None
    assert (made.width, made.height) == (1920, 1080)
