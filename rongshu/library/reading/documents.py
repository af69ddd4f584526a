"""PDF, Word and Excel files as documents."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rongshu.library.reading.archives import hindrances_of
from rongshu.library.reading.document import Document, Hindrance, Link, Picture
from rongshu.library.reading.limits import LONGEST_TEXT, MOST_CELLS, MOST_PAGES, MOST_SECONDS

_FORBIDDING = frozenset({"bomb", "unreadable", "encrypted"})


def read_pdf(content: bytes, name: str) -> Document:
    """Return the text of a PDF, page after page."""
    from pdfminer.high_level import extract_pages  # noqa: PLC0415 - a heavy library, only when needed
    from pdfminer.layout import LTTextContainer  # noqa: PLC0415

    def pages() -> Iterator[str]:
        for page in extract_pages(io.BytesIO(content), maxpages=MOST_PAGES):
            yield "".join(part.get_text() for part in page if isinstance(part, LTTextContainer)) + "\n"

    if b"/Encrypt" in content[-4096:]:
        document = _gathered(pages, name)
        if not document.text.strip():
            document.hindrances = [Hindrance("encrypted", f"请上传未加密的文件：{name}", name)]
        return document
    document = _gathered(pages, name)
    if b"/JavaScript" in content or b"/Launch" in content:
        document.hindrances.append(Hindrance("macros", f"请去除脚本后重新上传：{name}", name))
    return document


def read_word(content: bytes, name: str) -> Document:
    """Return the text of a .docx: paragraphs and tables, headers and footers, its links and pictures."""
    found = list(hindrances_of(content, name))
    if any(each.code in _FORBIDDING for each in found):
        return Document("", hindrances=found, name=name)
    import docx  # noqa: PLC0415 - a heavy library, only when needed

    def paragraphs() -> Iterator[str]:
        opened = docx.Document(io.BytesIO(content))
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
    document = _gathered(paragraphs, name)
    document.links, document.pictures = links, pictures
    document.hindrances += found
    return document


def _words_of(paragraph: Any) -> str:
    return "".join(part.text or "" for part in paragraph.iter() if part.tag.endswith(("}t", "}instrText")))


def _links_of(relations: Iterable[Any]) -> Iterator[Link]:
    for relation in relations:
        if relation.is_external and relation.reltype.endswith("/hyperlink"):
            yield Link(relation.target_ref, relation.target_ref, 0, 0)


def read_sheets(content: bytes, name: str) -> Document:
    """Return the text of an .xlsx: every cell, cells parted by tabulators, rows by line breaks."""
    found = list(hindrances_of(content, name))
    if any(each.code in _FORBIDDING for each in found):
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
                    raise _TooMuch
                yield "\t".join(_cell(value) for value in row) + "\n"

    document = _gathered(rows, name)
    document.hindrances += found
    return document


class _TooMuch(Exception):
    """A limit is reached; what was read so far counts."""


def _cell(value: object) -> str:
    # A card or ID number kept as a number loses nothing up to 15 digits; 17 come out as they were shown.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _gathered(read: Callable[[], Iterable[str]], name: str) -> Document:
    """Gather what a reader yields, within the limits; whatever a library raises means: unreadable."""
    pieces: list[str] = []
    length, until = 0, time.monotonic() + MOST_SECONDS
    hindrances: list[Hindrance] = []
    try:
        for piece in read():
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST_TEXT:
                hindrances.append(Hindrance("too-large", f"请拆分{name}后重新上传：只检查了前面一部分", name))
                break
            if time.monotonic() > until:
                hindrances.append(
                    Hindrance("too-slow", f"请人工检查{name}：内容过于复杂，未能全部检查", name)
                )
                break
    except _TooMuch:
        hindrances.append(Hindrance("too-large", f"请拆分{name}后重新上传：只检查了前面一部分", name))
    except Exception as error:  # noqa: BLE001 - these libraries raise anything on damaged files
        hindrances.append(_as_hindrance(error, name))
    text = "".join(pieces)[:LONGEST_TEXT]
    if not text.strip() and not hindrances:
        hindrances.append(Hindrance("empty", f"请人工检查{name}：没有可以检查的文字，可能是扫描件", name))
    return Document(text, hindrances=hindrances, name=name)


def _as_hindrance(error: Exception, name: str) -> Hindrance:
    if "password" in type(error).__name__.lower() or "encrypt" in str(error).lower():
        return Hindrance("encrypted", f"请上传未加密的文件：{name}", name)
    return Hindrance("unreadable", f"请重新上传：{name}无法打开", name)
