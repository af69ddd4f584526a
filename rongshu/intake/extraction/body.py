"""Where the body is: a known container when it holds the text, else the densest block after the title."""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from .containers import certainty
from .furniture import (
    begins_tail,
    is_footer_text,
    is_furniture_class,
    is_furniture_line,
    is_location,
    line_weight,
)
from .lines import Line, squeeze

_DOMINANT = 0.80
_NOT_BODIES = frozenset(
    [
        "p",
        "span",
        "font",
        "strong",
        "b",
        "em",
        "i",
        "u",
        "a",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "dd",
        "dt",
        "tr",
        "tbody",
        "thead",
        "table",
        "ul",
        "ol",
        "dl",
        "br",
        "form",
        "center",
    ]
)
_WORTH = 25.0


@dataclass(frozen=True, slots=True)
class Body:
    """The element that holds the article, its weight, its share of the page's text and how it was found."""

    element: HtmlElement
    weight: float
    share: float
    found_by: str


class Weights:
    """The weight of running text below every element, summed once from the page's lines."""

    def __init__(self, root: HtmlElement, lines: list[Line], title: int | None) -> None:
        self.elements = list(root.iter())
        self.total: dict[HtmlElement, float] = dict.fromkeys(self.elements, 0.0)
        tail = False
        for line in lines:
            # Comments and lists of other articles stand behind the article, the page's head before its title.
            tail = tail or (title is not None and line.position > title + 3 and begins_tail(line.text))
            factor = 0.5 if tail or (title is not None and line.position < title) else 1.0
            self.total[line.block] = self.total.get(line.block, 0.0) + factor * line_weight(line)
        for element in reversed(self.elements):
            parent = element.getparent()
            if parent is None or element is root:
                continue
            if is_furniture_class(element) and not certainty(element):
                self.total[element] *= 0.3
            self.total[parent] += self.total[element]

    def __getitem__(self, element: HtmlElement) -> float:
        return self.total.get(element, 0.0)


def find_body(root: HtmlElement, weights: Weights, title_block: HtmlElement | None) -> Body | None:
    """The body of the page, or None when no block holds running text or marks itself as one."""
    whole = weights[root]
    known = _known(weights, whole)
    dense = _densest(root, weights)
    if known is not None and (dense is None or _prefers_known(known, dense, weights)):
        element = _innermost(known, weights, title_block)
        return Body(element, weights[element], weights[element] / whole if whole else 0.0, "container")
    if dense is not None:
        dense = _widened(dense, weights, title_block)
    if dense is None or weights[dense] < _WORTH:
        return _beside_title(title_block, weights, whole)
    return Body(dense, weights[dense], weights[dense] / whole if whole else 0.0, "density")


def _known(weights: Weights, whole: float) -> HtmlElement | None:
    """The known container with the most text; a certain name beats a likely one that wraps it."""
    marked = [
        (certainty(element), element)
        for element in weights.elements
        if element.attrib or element.tag == "ucapcontent"
    ]
    for level in (2, 1):
        candidates = [element for found, element in marked if found == level]
        best = max(candidates, key=lambda element: weights[element], default=None)
        enough = 0.12 * whole if level == 2 else 0.35 * whole
        if best is not None and (
            weights[best] >= max(enough, 1.0) or (level == 2 and _shows_something(best))
        ):
            return best
    return None


def _shows_something(element: HtmlElement) -> bool:
    """A certain container whose article is only a picture, a file or a few words."""
    return next(element.iter("img"), None) is not None or next(element.iter("a"), None) is not None


def _prefers_known(known: HtmlElement, dense: HtmlElement, weights: Weights) -> bool:
    """The known container wins unless the text is plainly elsewhere."""
    if known is dense or _contains(known, dense) or _contains(dense, known):
        return weights[known] >= 0.6 * weights[dense] or certainty(known) == 2
    return weights[known] * 3 >= weights[dense]


def _contains(outer: HtmlElement, inner: HtmlElement) -> bool:
    return any(ancestor is outer for ancestor in inner.iterancestors())


def _innermost(element: HtmlElement, weights: Weights, title_block: HtmlElement | None) -> HtmlElement:
    """The innermost known container with nearly all of the text; one that holds the title is a wrapper."""
    current = element
    for inner in element.iterdescendants():
        wraps = (
            title_block is not None and _contains(current, title_block) and not _contains(inner, title_block)
        )
        enough = (0.5 if wraps else 0.93) * weights[element]
        if weights[inner] >= enough and certainty(inner) == 2 and _contains(current, inner):
            current = inner
    if certainty(current) == 2:
        return current
    return _descend(current, weights)


def _densest(root: HtmlElement, weights: Weights) -> HtmlElement | None:
    if weights[root] < _WORTH:
        return None
    return _descend(root, weights)


def _descend(element: HtmlElement, weights: Weights) -> HtmlElement:
    """Follow the child that holds most of the text; stop where the text spreads over several."""
    current = element
    while True:
        child = max(_children(current), key=lambda item: weights[item], default=None)
        if child is None or weights[child] < _DOMINANT * weights[current]:
            break
        current = child
    return _block_of(current, element)


def _children(element: HtmlElement) -> Iterable[HtmlElement]:
    return (child for child in element if isinstance(child.tag, str))


def _block_of(element: HtmlElement, limit: HtmlElement) -> HtmlElement:
    """A single paragraph is part of its block: climb to the cell or division that may hold a picture too."""
    current = element
    while current.tag in _NOT_BODIES and current is not limit:
        parent = current.getparent()
        if parent is None or parent.tag == "body":
            break
        current = parent
    return current


def _widened(element: HtmlElement, weights: Weights, title_block: HtmlElement | None) -> HtmlElement:
    """One long paragraph draws the search into itself: take in its neighbours, no furniture or title."""
    current = element
    while (parent := current.getparent()) is not None and parent.tag not in ("body", "html"):
        siblings = [child for child in _children(parent) if child is not current]
        if title_block is not None and (parent is title_block or _contains(parent, title_block)):
            break
        if not all(map(_is_plain, siblings)) or weights[parent] > 1.6 * weights[current] + 40:
            break
        current = parent
    return current


def _is_plain(element: HtmlElement) -> bool:
    if is_furniture_class(element) or len(list(element.iter("a"))) > 2:
        return False
    text = squeeze(element.text_content())[:160]
    return not (begins_tail(text) or is_location(text) or is_footer_text(text) or is_furniture_line(text))


def _beside_title(title_block: HtmlElement | None, weights: Weights, whole: float) -> Body | None:
    """A page with hardly any text: what a likely container holds near the title (pictures, files)."""
    if title_block is None:
        return None
    for ancestor in list(title_block.iterancestors())[:4]:
        if ancestor.tag in ("body", "html"):
            break
        pictures = [image for image in ancestor.iter("img") if not is_furniture_class(image)]
        if weights[ancestor] >= 15 or (pictures and len(list(ancestor.iter("a"))) < 10):
            return Body(
                ancestor, weights[ancestor], weights[ancestor] / whole if whole else 0.0, "beside-title"
            )
    return None
