"""Where an element stands in its page, in words that the pages of one template share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from .byline import Found
from .labels import Labelled, is_element
from .lines import Line, compact

Anchor = tuple[str, str]
"""A path and the label that stands before the value, "" where the value has its block to itself."""

_STEP: Final = re.compile(r"([a-z][\w:]*)(?:\.([^\[\]/]+))?(?:\[(\d+)\])?")
_NUMBERED: Final = re.compile(r"\d{3,}")
_DIGITS: Final = re.compile(r"[0-9a-f]{16,}|\d+")
_SKELETON_DEPTH: Final = 3
_SKELETON_LONGEST: Final = 40
_STRUCTURE: Final = frozenset(
    [
        "article", "aside", "center", "div", "dl", "footer", "form", "header", "iframe", "main", "nav",
        "section", "table", "td", "ul",
    ]
)  # fmt: skip
_LONGEST_PATH: Final = 400


def path_of(element: HtmlElement, root: HtmlElement) -> str:
    """Return the way from the nearest element with a lasting id, else from `root`, to an element."""
    steps: list[str] = []
    current: HtmlElement | None = element
    while current is not None and current is not root:
        if identifier := _lasting(current.get("id")):
            steps.append(f"#{identifier}")
            break
        steps.append(_step(current))
        current = current.getparent()
    return "/".join(reversed(steps))


def element_at(root: HtmlElement, path: str) -> HtmlElement | None:
    """Return the element a path leads to, or None where the page has none there."""
    steps = path.split("/") if path else []
    current: HtmlElement | None = root
    if steps and steps[0].startswith("#"):
        current = _by_id(root, steps.pop(0)[1:])
    for step in steps:
        if current is None:
            return None
        current = _child(current, step)
    return current


def _by_id(root: HtmlElement, identifier: str) -> HtmlElement | None:
    found: HtmlElement | None = next(iter(root.xpath(".//*[@id=$name]", name=identifier)), None)
    return found if found is not None or root.get("id") != identifier else root


def _step(element: HtmlElement) -> str:
    name = _name(element)
    before = sum(1 for sibling in element.itersiblings(preceding=True) if _name(sibling) == name)
    return f"{name}[{before + 1}]" if before else name


def _child(parent: HtmlElement, step: str) -> HtmlElement | None:
    match = _STEP.fullmatch(step)
    if match is None:
        return None
    name = f"{match[1]}.{match[2]}" if match[2] else match[1]
    wanted = int(match[3] or 1)
    for child in parent:
        if _name(child) == name:
            wanted -= 1
            if not wanted:
                return child
    return None


def _name(element: HtmlElement) -> str:
    if not isinstance(element.tag, str):
        return ""
    first = next(iter((element.get("class") or "").split()), "")
    lasting = _lasting(first)
    return f"{element.tag}.{lasting}" if lasting else element.tag


def _lasting(name: str | None) -> str:
    """A name that other pages of the template bear, too: no number of the page's own, no odd marks."""
    if not name or len(name) > 60 or _NUMBERED.search(name) or any(mark in name for mark in " /[].#"):
        return ""
    return name


def address_shape(url: str | None) -> str:
    """Return the shape of an address without its host: folders and numbers vary over one template."""
    if not url:
        return ""
    parts = urlsplit(url)
    folders, _, last = parts.path.rpartition("/")
    keys = ",".join(sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair}))
    depth = "/*" * min(folders.count("/"), 8)
    return f"{depth}/{_DIGITS.sub('0', last.lower())[:80]}{'?' + keys[:80] if keys else ''}"


def tree_shape(root: HtmlElement) -> str:
    """Return the frame of a page in a few names: what stands at its top levels, repetitions once."""
    names: list[str] = []
    for name in _skeleton(root, _SKELETON_DEPTH):
        if not names or names[-1] != name:
            names.append(name)
        if len(names) >= _SKELETON_LONGEST:
            break
    return ">".join(names)


def digest_of_frame(frame: str) -> str:
    """Return a short digest of a page's frame."""
    return hashlib.blake2b(frame.encode(), digest_size=6).hexdigest()


def _skeleton(element: HtmlElement, depth: int) -> Iterator[str]:
    for child in element:
        if child.tag not in _STRUCTURE:
            continue
        yield f"{'.' * (_SKELETON_DEPTH - depth)}{_lasting(child.get('id')) or _name(child)}"
        if depth > 1:
            yield from _skeleton(child, depth - 1)


def anchors_of(
    found: Mapping[str, Found | None], lines: list[Line], labels: list[Labelled], root: HtmlElement
) -> dict[str, Anchor]:
    """Return where the values of a page stand; a declared value where the page shows it, too."""
    anchors: dict[str, Anchor] = {}
    for name, value in found.items():
        if value is None or not value.value:
            continue
        label = _label_of(value, labels)
        position = label.position if label is not None else value.position
        if position is None or not 0 <= position < len(lines):
            continue
        path = path_of(lines[position].block, root)
        if path and len(path) <= _LONGEST_PATH:
            anchors[name] = (path, label.label if label is not None else "")
    return anchors


def _label_of(found: Found, labels: list[Labelled]) -> Labelled | None:
    """The label before a value: on its line, or anywhere when the page declares the value."""
    wanted = compact(found.value)
    for label in labels:
        at_place = label.position == found.position or found.position is None
        if at_place and is_element(label.label) and wanted and compact(label.value).startswith(wanted):
            return label
    same = [label for label in labels if label.position == found.position and is_element(label.label)]
    return same[0] if len(same) == 1 and found.found_by == "label" else None
