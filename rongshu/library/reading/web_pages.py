"""A web page or the body of an article as a document: text, links, pictures, what is hidden."""

from __future__ import annotations

import re
from typing import Final

import lxml.html
from lxml.etree import ParserError, XMLSyntaxError
from lxml.html import HtmlElement

from rongshu.foundation.html_bounds import without_crowds
from rongshu.library.reading.document import Document, Link, Picture

_UNREAD: Final = frozenset({"script", "style", "noscript", "template", "head", "svg", "iframe", "object"})
_BLOCKS: Final = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "li",
        "ul",
        "ol",
        "table",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "br",
        "hr",
        "dl",
        "dt",
        "dd",
        "figure",
        "figcaption",
        "form",
        "fieldset",
        "address",
        "main",
        "nav",
        "aside",
        "caption",
        "title",
    ]
)
_CELLS: Final = frozenset({"td", "th"})
_HIDING: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)"
    r"|(?:left|top|text-indent|margin-left)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)


def read_web_page(source: str) -> Document:
    """Return the document; what is hidden from readers is no text, but hidden links are kept."""
    document = Document("")
    try:
        root = lxml.html.fromstring(without_crowds(source)) if source.strip() else None
    except (ParserError, XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return document
    reader = _Reader(document)
    reader.read(root)
    document.text = reader.text()
    return document


class _Reader:
    """Walks the tree once, without recursion limits of its own making, and keeps the offsets."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.pieces: list[str] = []
        self.length = 0

    def read(self, root: HtmlElement) -> None:
        """Read an element and all it holds, deep nesting included."""
        work: list[tuple[str, HtmlElement, bool, int]] = [("open", root, False, 0)]
        while work:
            step, element, hidden, start = work.pop()
            if step == "close":
                self._close(element, hidden, start)
                continue
            if not isinstance(element.tag, str) or element.tag in _UNREAD:
                self._write(element.tail, hidden)
                continue
            within = hidden or _is_hidden(element)
            self._open(element, within)
            work.append(("close", element, hidden, self.length))
            work += [("open", child, within, 0) for child in reversed(element)]

    def text(self) -> str:
        """Return the text read."""
        return "".join(self.pieces)

    def _open(self, element: HtmlElement, hidden: bool) -> None:
        if element.tag in _BLOCKS:
            self._break()
        if element.tag == "img":
            alt = element.get("alt")
            decorative = element.get("role") == "presentation" or element.get("aria-hidden") == "true"
            self.document.pictures.append(Picture(element.get("src", ""), alt, self.length, decorative))
        self._write(element.text, hidden)

    def _close(self, element: HtmlElement, hidden: bool, start: int) -> None:
        if element.tag == "a" and element.get("href") is not None:
            within = hidden or _is_hidden(element)
            shown = "".join(element.itertext())
            begin = start - len(element.text or "") if not within else start
            link = Link(
                element.get("href", ""),
                shown,
                max(begin, 0),
                self.length,
                within or _is_empty(element, shown),
            )
            self.document.links.append(link)
        if element.tag in _BLOCKS:
            self._break()
        elif element.tag in _CELLS:
            self._write("\t", hidden)
        self._write(element.tail, hidden)

    def _write(self, text: str | None, hidden: bool) -> None:
        if text and not hidden:
            self.pieces.append(text)
            self.length += len(text)

    def _break(self) -> None:
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")
            self.length += 1


def _is_hidden(element: HtmlElement) -> bool:
    return element.get("hidden") is not None or _HIDING.search(element.get("style", "")) is not None


def _is_empty(element: HtmlElement, shown: str) -> bool:
    """A link to elsewhere that shows nothing at all."""
    return not shown.strip() and not len(element) and element.get("href", "").startswith(("http", "//"))
