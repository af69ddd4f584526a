"""Small but real files (docx, rtf as doc, xlsx, csv, pdf, txt) to hang beside articles."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from rongshu.project.legacy_sites.articles import Attachment, Suffix

_EPOCH = (2003, 1, 1, 0, 0, 0)  # zip members carry one fixed date, so that digests are repeatable
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument"

MEDIA_TYPES: dict[Suffix, str] = {
    "docx": f"{_MAIN_TYPE}.wordprocessingml.document",
    "doc": "application/msword",
    "xlsx": f"{_MAIN_TYPE}.spreadsheetml.sheet",
    "csv": "text/csv",
    "pdf": "application/pdf",
    "txt": "text/plain",
}


def attachment_bytes(attachment: Attachment) -> bytes:
    """The file itself; the same attachment always gives the same bytes."""
    return _WRITERS[attachment.suffix](attachment.name, attachment.lines)


def _package(main_part: str, main_type: str, parts: dict[str, str]) -> bytes:
    overrides = f'<Override PartName="/{main_part}" ContentType="{_MAIN_TYPE}.{main_type}.main+xml"/>'
    if "xl/worksheets/sheet1.xml" in parts:
        sheet = f"{_MAIN_TYPE}.spreadsheetml.worksheet+xml"
        overrides += f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet}"/>'
    rels_type = "application/vnd.openxmlformats-package.relationships+xml"
    defaults = (
        f'<Default Extension="rels" ContentType="{rels_type}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    everything = {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">{defaults}{overrides}</Types>',
        "_rels/.rels": _relationships("officeDocument", main_part),
        **parts,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in everything.items():
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, text.encode())
    return buffer.getvalue()


def _relationships(kind: str, target: str) -> str:
    link = f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{link}</Relationships>'


def _docx(name: str, lines: Sequence[str]) -> bytes:
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    runs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in (name, *lines)
    )
    document = f'{_XML}<w:document xmlns:w="{namespace}"><w:body>{runs}</w:body></w:document>'
    return _package("word/document.xml", "wordprocessingml.document", {"word/document.xml": document})


def _xlsx(_name: str, lines: Sequence[str]) -> bytes:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rows = "".join(f"<row>{''.join(_cell(cell) for cell in line.split(chr(9)))}</row>" for line in lines)
    sheet = f'{_XML}<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>'
    sheets = '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets>'
    workbook = f'{_XML}<workbook xmlns="{namespace}" xmlns:r="{_OFFICE}">{sheets}</workbook>'
    parts = {
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": _relationships("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet,
    }
    return _package("xl/workbook.xml", "spreadsheetml.sheet", parts)


def _cell(text: str) -> str:
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        return f"<c><v>{text}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _rtf(name: str, lines: Sequence[str]) -> bytes:
    """What many a `.doc` of the time was: rich text that Word opens."""
    paragraphs = "\\par\n".join(_rtf_text(line) for line in (name, *lines))
    head = r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 SimSun;}}\f0\fs28 "
    return f"{head}{paragraphs}\\par}}".encode("ascii")


def _rtf_text(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}").replace("\t", "\\tab ")
    units = plain.encode("utf-16-le")
    codes = (int.from_bytes(units[i : i + 2], "little", signed=True) for i in range(0, len(units), 2))
    return "".join(chr(code) if 0 <= code < 128 else f"\\u{code}?" for code in codes)


def _csv(_name: str, lines: Sequence[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(line.split("\t") for line in lines)
    return buffer.getvalue().encode("gb18030")  # as Excel of the time saved it


def _txt(name: str, lines: Sequence[str]) -> bytes:
    return "\r\n".join((name, "", *lines)).encode("gb18030")


def _pdf(name: str, lines: Sequence[str]) -> bytes:
    """One A4 page in the standard Adobe-GB1 font STSong-Light, which readers bring with them."""
    shown = [piece for line in (name, *lines) for piece in _wrapped(line, 34)][:44]
    text = "\n".join(f"<{line.encode('utf-16-be', 'ignore').hex()}> Tj T*" for line in shown)
    stream = f"BT /F1 13 Tf 17 TL 60 780 Td\n{text}\nET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        " /DescendantFonts [6 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
        " /ItalicAngle 0 /Ascent 752 /Descent -271 /CapHeight 737 /StemV 58 >>",
    ]
    return _pdf_file(objects)


def _pdf_file(objects: Sequence[str]) -> bytes:
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("ascii")
    start, size = len(out), len(objects) + 1
    entries = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    out += f"xref\n0 {size}\n0000000000 65535 f \n{entries}".encode("ascii")
    out += f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode("ascii")
    return bytes(out)


def _wrapped(line: str, width: int) -> list[str]:
    return [line[at : at + width] for at in range(0, len(line), width)] or [""]


_WRITERS: dict[Suffix, Callable[[str, Sequence[str]], bytes]] = {
    "docx": _docx,
    "doc": _rtf,
    "xlsx": _xlsx,
    "csv": _csv,
    "pdf": _pdf,
    "txt": _txt,
}
