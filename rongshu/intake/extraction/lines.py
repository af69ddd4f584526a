"""The page as a reader sees it: one line per block, in reading order, with what the markup says of it."""

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0\u3000\u2002-\u200b\u202f]+")
BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "iframe",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "ucapcontent",
        "ucaptitle",
        "frameset",
        "frame",
        "datastore",
        "record",
    ]
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "ucaptitle": 1}


@dataclass(slots=True)
class Line:
    """`segments` are the line's pieces by inline element; `link_chars` of its characters are links."""

    text: str
    segments: list[str]
    block: HtmlElement
    link_chars: int
    heading: int
    position: int = 0

    @property
    def is_link(self) -> bool:
        """Most of the line is a link."""
        return self.link_chars * 10 > len(self.text) * 6

    @property
    def link_share(self) -> float:
        """Links as a share of the line's characters."""
        return self.link_chars / len(self.text) if self.text else 0.0


def squeeze(text: str) -> str:
    """Runs of any white space become one space."""
    return _SPACES.sub(" ", text).strip()


def compact(text: str) -> str:
    """The text without white space, for comparison."""
    return _SPACES.sub("", text)


class _Reader:
    """Walks the tree once; what stands between two block boundaries is a line."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._segments: list[str] = []
        self._link_chars = 0
        self._links_open = 0
        self._blocks: list[HtmlElement] = []
        self._heading = 0

    def text(self, text: str) -> None:
        if (piece := _SPACES.sub(" ", text)) and (piece != " " or self._segments):
            self._segments.append(piece)
            if self._links_open:
                self._link_chars += len(piece.strip())

    def flush(self) -> None:
        joined = squeeze("".join(self._segments))
        if joined:
            pieces = [piece.strip() for piece in self._segments if piece.strip()]
            self.lines.append(
                Line(joined, pieces, self._blocks[-1], self._link_chars, self._heading, len(self.lines))
            )
        self._segments = []
        self._link_chars = 0

    def start(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in BLOCKS:
            if self._segments:
                self.flush()
            if tag != "br":
                self._blocks.append(element)
                self._heading = _HEADINGS.get(tag, self._heading)
        elif tag == "a":
            self._links_open += 1
        if text := element.text:
            self.text(text)

    def end(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in BLOCKS:
            if self._segments:
                self.flush()
            if tag != "br":
                self._blocks.pop()
                if tag in _HEADINGS:
                    self._heading = 0
        elif tag == "a":
            self._links_open -= 1
        if text := element.tail:
            self.text(text)


def read_lines(root: HtmlElement) -> list[Line]:
    """The visible lines below `root`; the tree is already free of what is not seen."""
    reader = _Reader()
    tail, root.tail = root.tail, None
    reader._blocks.append(root)
    start, end = reader.start, reader.end
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            start(element)
        else:
            end(element)
    reader.flush()
    root.tail = tail
    return reader.lines
