"""A saved page as a reviewer sees it beside its extraction: harmless, each block to be pointed at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from . import navigation
from .dates import find_dates
from .document import parse, remove_unseen
from .labels import Labelled, is_element, read_labels
from .lines import Line, compact, read_lines, squeeze
from .places import element_at, path_of
from .template_rules import Place, value_in

_KEPT: Final = frozenset(
    [
        "align", "bgcolor", "border", "cellpadding", "cellspacing", "class", "color", "colspan", "data-field",
        "data-n", "dir", "face", "height", "id", "lang", "rowspan", "size", "style", "title", "valign",
        "width",
    ]
)  # fmt: skip
_NEVER_SHOWN: Final = ("iframe", "frame", "embed", "object", "form", "base", "meta", "link", "textarea")
_MARKS: Final = (
    "body{margin:8px;overflow-wrap:anywhere}[data-field]{outline:2px solid #0b6b50}"
    "[data-field]::before{content:attr(data-field);background:#0b6b50;color:#fff;font:12px/1.4 sans-serif;"
    "padding:0 4px;margin-right:4px}.picking [data-n]:hover{outline:2px dashed #a3410a;cursor:pointer}"
    ".missing-picture{border:1px dashed #666;padding:2px 6px;color:#444}"
)
_LONGEST_BLOCK: Final = 600
_CONTAINERS: Final = frozenset(["article", "blockquote", "div", "main", "section", "table", "td", "ucap"])
_SHORTEST_BODY: Final = 20
_BLOCKS_AT_MOST: Final = 30


@dataclass(slots=True)
class ShownPage:
    """The tree of a saved page as the extraction reads it, frames put in, scripts and hidden parts gone."""

    root: HtmlElement
    styles: list[str]
    elements: list[HtmlElement]
    lines: list[Line]
    labels: list[Labelled]

    @classmethod
    def of(
        cls,
        content: bytes,
        *,
        url: str,
        charset: str | None = None,
        frames: Mapping[str, bytes] | None = None,
    ) -> ShownPage:
        """Parse a page; raises `PageRefused` as the extraction does."""
        tree, _ = parse(content, charset)
        base = navigation.base_of(tree, url)
        for frame_url, frame_content in (frames or {}).items():
            navigation.splice_frame(tree, base, frame_url, parse(frame_content)[0])
        styles = [element.text or "" for element in tree.iter("style")]
        remove_unseen(tree)
        body: HtmlElement | None = tree.find(".//body")
        root: HtmlElement = body if body is not None else tree
        lines = read_lines(root)
        return cls(root, styles, list(root.iter(etree.Element)), lines, read_labels(lines))

    def html(self, marks: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> str:
        """Return the page without anything that runs, loads or leads away; call it last, it changes the tree.

        `marks` are the anchors of the extraction, `names` what readers call the fields.
        """
        for number, element in enumerate(self.elements):
            element.set("data-n", str(number))
        for field, (path, *_) in marks.items():
            marked = element_at(self.root, path)
            if marked is not None and field in names:
                known = marked.get("data-field")
                marked.set("data-field", f"{known}、{names[field]}" if known else names[field])
        for element in self.elements:
            _make_harmless(element)
        shown = etree.tostring(self.root, encoding="unicode", method="html", with_tail=False)
        style = "\n".join([*(text.replace("</", "") for text in self.styles), _MARKS])
        return (
            f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>旧网页</title>'
            f"<style>{style}</style></head>{shown}</html>"
        )

    def block(self, number: int) -> tuple[str, str] | None:
        """Return path and text of the block that was pointed at."""
        if not 0 <= number < len(self.elements):
            return None
        element = self.elements[number]
        if element is self.root:
            return None
        return path_of(element, self.root), squeeze(element.text_content())[:_LONGEST_BLOCK]

    def text_blocks(self) -> list[tuple[int, str]]:
        """Return the blocks a body may stand in, the longest texts first, each with its size and beginning.

        Of blocks that say the same, one around the other, the inner one: it bears no furniture.
        """
        found: dict[str, tuple[int, int]] = {}
        for number, element in enumerate(self.elements):
            if element is not self.root and element.tag in _CONTAINERS:
                text = compact(element.text_content())
                if len(text) >= _SHORTEST_BODY:
                    found[text] = (number, len(text))
        longest = sorted(found.items(), key=lambda one: -one[1][1])[:_BLOCKS_AT_MOST]
        return [(number, f"{length} 字：{text[:30]}…") for text, (number, length) in longest]

    def place_of(self, field: str, value: str, *, block: int | None = None) -> Place | None:
        """Return where a value stands on the page, so that the template's other pages can be read there.

        With `block` it is sought in the block that was pointed at; a body is that block.
        """
        pointed = self.elements[block] if block is not None and 0 <= block < len(self.elements) else None
        if field in ("body", "attachments"):
            return Place(path_of(pointed, self.root), by_person=True) if pointed is not None else None
        inside = set(pointed.iter()) if pointed is not None else None
        for line in self._lines_with(field, value):
            if inside is None or line.block in inside:
                return self._place(field, value, line)
        return None

    def _lines_with(self, field: str, value: str) -> Iterator[Line]:
        """Lines that say nothing else, then those that hold it; the nearest to the head of the page first."""
        wanted = compact(value)
        holding = [line for line in self.lines if _holds(field, line.text, value, wanted)]
        yield from sorted(holding, key=lambda line: (len(compact(line.text)) > len(wanted), line.position))

    def _place(self, field: str, value: str, line: Line) -> Place | None:
        path = path_of(line.block, self.root)
        for label in self.labels:
            near = label.position == line.position or (
                label.position == line.position - 1 and label.value.strip() == line.text.strip()
            )
            if near and is_element(label.label) and _holds(field, label.value[: len(value) + 24], value):
                return Place(
                    path_of(self.lines[label.position].block, self.root), label.label, by_person=True
                )
        before, found, _ = line.text.partition(value)
        if found and (word := before.strip(" :：　[【(（").split(" ")[-1]) and len(word) <= 12:
            return Place(path, word, by_person=True)
        alone = value_in(field, line.text)
        return Place(path, by_person=True) if alone and compact(alone) == compact(value) else None


def _holds(field: str, text: str, value: str, wanted: str = "") -> bool:
    if field == "published_at":
        return any(
            str(date).startswith(value) or value.startswith(str(date))
            for date in find_dates(text, compact=True)
        )
    return (wanted or compact(value)) in compact(text)


def _make_harmless(element: HtmlElement) -> None:
    if element.tag in _NEVER_SHOWN:
        element.tag = "div"
    if element.tag == "img":
        element.tag, element.text = "span", f"图片 {element.get('alt') or ''}".strip()
        element.set("class", "missing-picture")
    for name in list(element.attrib):
        if name not in _KEPT:
            del element.attrib[name]
