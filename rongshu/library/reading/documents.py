"""PDF, Word and Excel files as documents."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

from rongshu.library.reading.archives import hindrances_of
from rongshu.library.reading.document import Document, Hindrance, Link, Picture
from rongshu.library.reading.gathering import TooMuch, gathered
from rongshu.library.reading.limits import MOST_CELLS
from rongshu.library.reading.pdf_pages import pages_of

_LIKE_WORD: Final = (
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)


def read_pdf(content: bytes, name: str) -> Document:
    """Return the text of a PDF, page after page."""
    document = gathered(lambda: pages_of(content), name)
    if b"/JavaScript" in content or b"/Launch" in content:
        document.hindrances.append(Hindrance("macros", f"请去除脚本后重新上传：{name}", name))
    return document


def read_word(content: bytes, name: str) -> Document:
    """Return the text of a .docx: paragraphs and tables, headers and footers, its links and pictures."""
    found = list(hindrances_of(content, name))
    if any(each.forbids_opening for each in found):
        return Document("", hindrances=found, name=name)

    def paragraphs() -> Iterator[str]:
        opened = open_word(io.BytesIO(content))
        for section in opened.sections:
            for paragraph in (*section.header.paragraphs, *section.footer.paragraphs):
                if paragraph.text:
                    yield paragraph.text + "\n"
        links.extend(_links_of(opened.part.rels.values()))
        for element in opened.element.body.iter():
            if element.tag.endswith("}p"):
                yield _words_of(element) + "\n"
            elif element.tag.endswith("}docPr"):
                pictures.append(Picture(element.get("name", ""), element.get("descr"), 0))

    links: list[Link] = []
    pictures: list[Picture] = []
    document = gathered(paragraphs, name)
    document.links, document.pictures = links, pictures
    document.hindrances += found
    return document


def open_word(file: BinaryIO) -> Any:
    """Return a Word file as python-docx reads it, one with macros or a template, too.

    Its own door refuses those, though the text in them lies in the same place; no macro is ever run.
    """
    from docx.opc.part import PartFactory  # noqa: PLC0415 - a heavy library, only when needed
    from docx.package import Package  # noqa: PLC0415
    from docx.parts.document import DocumentPart  # noqa: PLC0415

    for kind in _LIKE_WORD:
        PartFactory.part_type_for.setdefault(kind, DocumentPart)
    part: Any = Package.open(file).main_document_part
    return part.document


def _words_of(paragraph: Any) -> str:
    return "".join(part.text or "" for part in paragraph.iter() if part.tag.endswith(("}t", "}instrText")))


def _links_of(relations: Iterable[Any]) -> Iterator[Link]:
    for relation in relations:
        if relation.is_external and relation.reltype.endswith("/hyperlink"):
            yield Link(relation.target_ref, relation.target_ref, 0, 0)


def read_sheets(content: bytes, name: str) -> Document:
    """Return the text of an .xlsx: every cell, cells parted by tabulators, rows by line breaks."""
    found = list(hindrances_of(content, name))
    if any(each.forbids_opening for each in found):
        return Document("", hindrances=found, name=name)
    import openpyxl  # noqa: PLC0415 - a heavy library, only when needed

    def rows() -> Iterator[str]:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        cells = 0
        for sheet in book.worksheets:
            yield f"{sheet.title}\n"
            for row in sheet.iter_rows(values_only=True):
                cells += len(row)
                if cells > MOST_CELLS:
                    raise TooMuch
                yield "\t".join(_cell(value) for value in row) + "\n"

    document = gathered(rows, name)
    document.hindrances += found
    return document


def _cell(value: object) -> str:
    # A card or ID number kept as a number loses nothing up to 15 digits; 17 come out as they were shown.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
