"""A piece on paper: the parts of an exported document, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import html as lxml_html
from lxml.etree import _Element

_HEADINGS: Final = {"h1": 1, "h2": 1, "h3": 2, "h4": 3, "h5": 3, "h6": 3}
_CONTAINERS: Final = {"div", "blockquote", "section", "body", "figure"}


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `level` 0 is prose, 1–3 are headings; `align` is left, center or right."""

    text: str
    level: int = 0
    align: str = "left"
    is_indented: bool = True


@dataclass(frozen=True)
class Table:
    """A table of plain cells."""

    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Picture:
    """A picture of the version, by its digest."""

    digest: str
    alt: str


Part = Paragraph | Table | Picture


@dataclass(frozen=True)
class Sheet:
    """A document to export: its title, a table of elements, the text, and a review form if there is one."""

    title: str
    elements: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    files: Sequence[str] = ()
    review: Sequence[Sequence[str]] = field(default_factory=tuple)


def parts_of(body: str) -> list[Part]:
    """Return the parts of a sanitised body in reading order."""
    if not body.strip():
        return []
    return list(_parts(lxml_html.fragment_fromstring(body, create_parent="div")))


def _parts(element: _Element) -> Iterator[Part]:
    if element.text and element.text.strip():
        yield Paragraph(element.text.strip())
    for child in element:
        yield from _part(child)
        if child.tail and child.tail.strip():
            yield Paragraph(child.tail.strip())


def _part(element: _Element) -> Iterator[Part]:
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in {"ul", "ol"}:
        yield from _items(element, is_numbered=tag == "ol")
    elif tag == "table":
        yield _table(element)
    elif tag in _CONTAINERS:
        yield from _pictures(element) if tag == "figure" else _parts(element)
    elif tag == "img":
        yield from _picture(element)
    elif tag in _HEADINGS:
        yield Paragraph(_text(element), _HEADINGS[tag], _align(element), False)
    else:
        yield from (found for image in element.iter("img") for found in _picture(image))
        text = _text(element)
        if text:
            align = _align(element)
            yield Paragraph(text, 0, align, align == "left" and "no-indent" not in element.get("class", ""))


def _items(element: _Element, *, is_numbered: bool) -> Iterator[Paragraph]:
    for number, item in enumerate(element.iter("li"), start=1):
        mark = f"{number}. " if is_numbered else "• "
        yield Paragraph(mark + _text(item))


def _table(element: _Element) -> Table:
    rows = [[_text(cell) for cell in row if cell.tag in {"td", "th"}] for row in element.iter("tr")]
    width = max((len(row) for row in rows), default=0)
    return Table([row + [""] * (width - len(row)) for row in rows])


def _pictures(figure: _Element) -> Iterator[Part]:
    for image in figure.iter("img"):
        yield from _picture(image)
    for caption in figure.iter("figcaption"):
        yield Paragraph(_text(caption), 0, "center", False)


def _picture(image: _Element) -> Iterator[Part]:
    source = image.get("src", "")
    if source.startswith("attachment:"):
        yield Picture(source.removeprefix("attachment:"), image.get("alt", ""))


def _align(element: _Element) -> str:
    classes = element.get("class", "").split()
    if "align-center" in classes:
        return "center"
    return "right" if {"align-right", "signature"} & set(classes) else "left"


def _text(element: _Element) -> str:
    for line_break in element.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return "".join(str(piece) for piece in element.itertext()).strip()
