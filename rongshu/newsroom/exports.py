"""Writing a sheet as Word (.docx) or PDF, set like an official document."""

from __future__ import annotations

import string
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from PIL import Image

from rongshu.foundation import storage
from rongshu.foundation.errors import RongshuError
from rongshu.newsroom.documents import Paragraph, Part, Picture, Sheet, Table
from rongshu.newsroom.fonts import chinese_font

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ALIGNMENTS: Final = {
    "left": WD_ALIGN_PARAGRAPH.JUSTIFY,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
# 党政机关公文格式 (GB/T 9704): title in size 2 (22 pt), text in size 3 (16 pt).
_TITLE, _TEXT, _SMALL = 22, 16, 11
_SIZES: Final = {0: _TEXT, 1: _TEXT, 2: _TEXT, 3: _TEXT}
_REVIEW: Final = "审核单"
_FILES: Final = "附件"


def to_word(sheet: Sheet) -> bytes:
    """Return the sheet as a Word document."""
    document = Document()
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = "仿宋", Pt(_TEXT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    _word_paragraph(document, Paragraph(sheet.title, 1, "center", False), size=_TITLE, font="宋体")
    _word_table(document, sheet.elements)
    for part in sheet.parts:
        _word_part(document, part)
    if sheet.files:
        _word_paragraph(document, Paragraph(f"{_FILES}：{'；'.join(sheet.files)}"))
    if sheet.review:
        document.add_page_break()  # type: ignore[no-untyped-call]
        _word_paragraph(document, Paragraph(_REVIEW, 1, "center", False), size=_TITLE)
        _word_table(document, sheet.review)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _word_part(document: Any, part: Part) -> None:
    if isinstance(part, Paragraph):
        _word_paragraph(document, part)
    elif isinstance(part, Table):
        _word_table(document, part.rows)
    else:
        picture = _picture_bytes(part)
        if picture is None:
            _word_paragraph(document, _in_words(part))
        else:
            document.add_picture(picture, width=Cm(14))


def _word_paragraph(document: Any, part: Paragraph, *, size: int = _TEXT, font: str = "") -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = _ALIGNMENTS[part.align]
    if part.is_indented:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    run = paragraph.add_run(part.text)
    run.bold, run.font.size = part.level > 0, Pt(size)
    family = font or ("黑体" if part.level else "")
    if family:
        run.font.name = family
        run._element.rPr.rFonts.set(qn("w:eastAsia"), family)


def _word_table(document: Any, rows: Sequence[Sequence[str]]) -> None:
    if not rows or not rows[0]:
        return
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(_SMALL)


def to_pdf(sheet: Sheet) -> bytes:
    """Return the sheet as PDF with the font inside; raise `FontMissing`."""
    font = chinese_font()
    pdf = FPDF(format="A4")
    pdf.set_margins(28, 30, 26)
    pdf.set_auto_page_break(True, 30)
    # Told which characters there are, it looks at those and not at all sixty thousand of the font.
    said = sorted(map(ord, _characters(sheet)))
    pdf.add_font("text", fname=font.path, collection_font_number=font.face, unicode_range=said)
    pdf.set_title(sheet.title)
    pdf.set_lang("zh-CN")
    pdf.add_page()
    _pdf_paragraph(pdf, Paragraph(sheet.title, 1, "center", False), size=_TITLE)
    _pdf_table(pdf, sheet.elements)
    for part in sheet.parts:
        _pdf_part(pdf, part)
    if sheet.files:
        _pdf_paragraph(pdf, Paragraph(f"{_FILES}：{'；'.join(sheet.files)}"))
    if sheet.review:
        pdf.add_page()
        _pdf_paragraph(pdf, Paragraph(_REVIEW, 1, "center", False), size=_TITLE)
        _pdf_table(pdf, sheet.review)
    return bytes(pdf.output())


def _characters(sheet: Sheet) -> set[str]:
    """Return every character that the PDF of a sheet may show, its own words among them."""
    texts = [sheet.title, *sheet.files, _REVIEW, _FILES, "：；　"]
    texts += [cell for row in (*sheet.elements, *sheet.review) for cell in row]
    for part in sheet.parts:
        if isinstance(part, Paragraph):
            texts.append(part.text)
        elif isinstance(part, Table):
            texts += [cell for row in part.rows for cell in row]
        else:
            texts.append(_in_words(part).text)
    return set(string.printable).union(*texts)


def _pdf_part(pdf: FPDF, part: Part) -> None:
    if isinstance(part, Paragraph):
        _pdf_paragraph(pdf, part)
    elif isinstance(part, Table):
        _pdf_table(pdf, part.rows)
    else:
        picture = _picture_bytes(part)
        if picture is None:
            _pdf_paragraph(pdf, _in_words(part))
        else:
            pdf.image(picture, w=140, alt_text=part.alt)
            pdf.ln(4)


def _pdf_paragraph(pdf: FPDF, part: Paragraph, *, size: int = _SIZES[0]) -> None:
    pdf.set_font("text", size=size)
    text = ("　　" if part.is_indented else "") + part.text
    align = {"left": "L", "center": "C", "right": "R"}[part.align]
    pdf.multi_cell(
        0, size * 0.62, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=WrapMode.CHAR
    )
    pdf.ln(1.5)


def _pdf_table(pdf: FPDF, rows: Sequence[Sequence[str]]) -> None:
    if not rows or not rows[0]:
        return
    pdf.set_font("text", size=_SMALL)
    widths = (1, 4) if len(rows[0]) == 2 else None
    with pdf.table(first_row_as_headings=False, line_height=_SMALL * 0.6, col_widths=widths) as table:
        for row in rows:
            shown = table.row()
            for text in row:
                shown.cell(text)
    pdf.ln(4)


def _in_words(picture: Picture) -> Paragraph:
    return Paragraph(f"［图片：{picture.alt}］", align="center", is_indented=False)


def _picture_bytes(part: Picture) -> BytesIO | None:
    """Return a picture in a form both formats take; None when it can't be read."""
    try:
        with storage.open(part.digest) as source, Image.open(source) as image:
            out = BytesIO()
            image.convert("RGB").save(out, "JPEG", quality=85)
    except (RongshuError, OSError, ValueError, Image.DecompressionBombError):
        return None
    out.seek(0)
    return out
