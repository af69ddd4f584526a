"""HTML from anywhere, made harmless for the parsers behind it: what costs them quadratic time goes first.

Everything here runs before a parser, over the tags only, in time linear in the length of the input.
"""

import re
from collections.abc import Iterator, Set
from itertools import islice
from typing import Final

DEEPEST: Final = 200
"""Elements that may stand inside one another; browsers stop at 512, libxml2 at 256."""
MOST_ATTRIBUTES: Final = 300
"""Attributes one tag may have: a parser compares each with all before it."""
ANCHOR_PREFIX: Final = "b-"
"""Before the names of places within a body: keeps them away from the page's own ids (DOM clobbering)."""

# However they stand, a parser is through with so few in a few milliseconds.
_FEW_TAGS: Final = 1_000
_FEW_CHARACTERS: Final = 10_000
_PIECE: Final = 4_000  # characters
_MANY_ESCAPES: Final = 10_000

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)[^<>]*>")
_TAG_NAME: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_VOID: Final = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
}  # fmt: skip
# A start tag of these closes an open one by itself, so old pages leave them open by the hundred.
_SELF_CLOSING: Final = {
    "p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "option", "optgroup",
    "rp", "rt",
}  # fmt: skip
_FORMATTING: Final = {
    "a", "b", "big", "code", "em", "font", "i", "nobr", "o:p", "s", "small", "span", "strike", "strong", "tt",
    "u",
}  # fmt: skip


def bound_nesting(html: str) -> tuple[str, bool]:
    """Return `html` with at most `DEEPEST` elements open at any place, and whether it had to be flattened.

    A parser needs quadratic time for elements that stay open by the thousand (12 s for 350 kB of `<font>`),
    so this counts tags before anything is parsed. First inline formatting goes, then every tag.
    """
    html = without_crowds(html)
    if html.count("<") <= DEEPEST or _deepest_open(html) <= DEEPEST:
        return well_nested(html)
    plainer = _TAG.sub(lambda tag: "" if tag[2].lower() in _FORMATTING else tag[0], html)
    if _deepest_open(plainer) > DEEPEST:
        # Tags are about to disappear, and with them what told code from prose.
        prose = _CODE.sub("", html)
        plainer = _TAG.sub(lambda tag: " " if tag[2].lower() in _FORMATTING else "<br>", prose)
    return well_nested(plainer)[0], True


_CODE: Final = re.compile(r"<(script|style|template|svg|math)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)


def _deepest_open(html: str) -> int:
    """Return the largest number of elements open at once, as a parser that never closes by itself sees it."""
    open_elements: dict[str, int] = {}
    depth = deepest = 0
    for slash, name in _TAG_NAME.findall(html):
        element = name.lower()
        if element in _VOID or element in _SELF_CLOSING:
            continue
        if not slash:
            open_elements[element] = open_elements.get(element, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
        elif open_elements.get(element):
            open_elements[element] -= 1
            depth -= 1
    return deepest


# Tags exactly as the tokenizer of HTML 5 cuts them: what we take for one tag is one to every parser.
_SPACE: Final = r"\t\n\f\r "
_VALUE: Final = rf"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^{_SPACE}>"'][^{_SPACE}>]*+)?+"""
_ATTRIBUTE: Final = rf"[^{_SPACE}/>][^{_SPACE}/>=]*+(?:[{_SPACE}]*+=[{_SPACE}]*+{_VALUE})?+"
_TOKEN: Final = re.compile(
    rf"<(?P<slash>/?)(?P<name>[a-zA-Z][^{_SPACE}/>]*+)(?P<attributes>(?:[{_SPACE}/]++|{_ATTRIBUTE})*+)(?P<end>>?)"
    r"|<!--(?:-?>|.*?(?:--!?>|\Z))|<[!?][^>]*+>?|</[^a-zA-Z][^>]*+>?",
    re.DOTALL,
)
_ATTRIBUTES: Final = re.compile(_ATTRIBUTE)
# No text of a document: their content follows rules of its own, and no cleaner of ours keeps any of it.
_OUTSIDE: Final = {
    "script", "style", "svg", "math", "template", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
    "noscript", "plaintext", "select", "object", "applet", "frameset",
}  # fmt: skip
_TABLE_PARTS: Final = {"td", "th", "tr", "tbody", "thead", "tfoot", "caption", "colgroup", "col"}
_BLOCKS: Final = {
    "address", "article", "aside", "blockquote", "center", "details", "dialog", "dir", "div", "dl", "dd",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "li", "listing", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary",
    "table", "ul",
}  # fmt: skip
_CELLS: Final = frozenset({"table", "td", "th", "caption"})
# What a parser looks through for a paragraph, or an item of a list, that a start tag ends.
_HOLDS_PARAGRAPHS: Final = _CELLS | {"button", "marquee"}
_HOLDS_ITEMS: Final = (_BLOCKS | _TABLE_PARTS | _HOLDS_PARAGRAPHS) - {"address", "div", "p"}
_TABLE: Final = frozenset({"table", *_TABLE_PARTS})
_ROWS: Final = frozenset({"tr", "td", "th"})
_SECTIONS: Final = _ROWS | {"tbody", "thead", "tfoot", "colgroup", "caption"}
_ITEMS_ENDED: Final = {"li": {"li"}, "dd": {"dd", "dt"}, "dt": {"dd", "dt"}}
_PARTS_ENDED: Final = {"td": {"td", "th"}, "th": {"td", "th"}, "tr": _ROWS}


def well_nested(html: str) -> tuple[str, bool]:
    """Return `html` with every element ended where it is left, and whether some stood too deep and went.

    A parser may ignore an end tag (in a comment, behind the start of another block), and keeps formatting
    that was left open to open it anew in each paragraph: a few bytes a time pile up elements by the million.
    Properly nested tags leave it no choice. What is nested properly already comes back as it is.
    """
    if html.count("<") <= _FEW_TAGS:
        return html, False
    nesting = _Nesting()
    nesting.read(html)
    return (html if nesting.is_proper else "".join(nesting.written)), nesting.is_too_deep


class _Nesting:
    """Tags read in order and written again, with the ends that were left out."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.is_proper = True
        self.is_too_deep = False
        self._open: list[str] = []

    def read(self, html: str) -> None:
        """Read all of `html`."""
        at = 0
        while token := _TOKEN.search(html, at):
            self.written.append(html[at : token.start()].replace("<", "&lt;"))
            at = token.end()
            name = (token["name"] or "").lower()
            if name in _OUTSIDE:
                self.is_proper = False
                at = at if token["slash"] else _end_of(name, html, at)
            elif not token["end"]:
                # A comment; or a tag the text ends in, which no parser makes an element of.
                self.is_proper = self.is_proper and not html.startswith("<![CDATA[", token.start())
            elif token["slash"]:
                self._end(name)
            else:
                self._start(name, token[0])
        self.written.append(html[at:].replace("<", "&lt;"))
        self._close_to(0)

    def _start(self, name: str, tag: str) -> None:
        self._end_what_was_left_open(name)
        if name not in _VOID:
            if len(self._open) >= DEEPEST:
                self.is_proper, self.is_too_deep = False, True
                return
            self._open.append(name)
        self.written.append(tag)

    def _end_what_was_left_open(self, name: str) -> None:
        """End what a parser of HTML 5 ends by itself when `name` starts, and the formatting inside."""
        if name in _TABLE_PARTS:
            self._close_to(self._nearest(_TABLE, frozenset()) + 1)
            ended = _PARTS_ENDED.get(name, _SECTIONS)
            while self._open and self._open[-1] in ended:
                self._close_to(len(self._open) - 1)
        elif name in _BLOCKS:
            if name in _ITEMS_ENDED:
                self._close_from(self._nearest(_ITEMS_ENDED[name], _HOLDS_ITEMS))
            self._close_from(self._nearest({"p"}, _HOLDS_PARAGRAPHS))

    def _nearest(self, names: Set[str], holding: Set[str]) -> int:
        """Return the place of the innermost of `names` that is not held by one of `holding`; -1 for none."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at] in names:
                return at
            if self._open[at] in holding:
                break
        return -1

    def _close_from(self, at: int) -> None:
        if at >= 0:
            self._close_to(at)

    def _end(self, name: str) -> None:
        # Out of a cell leads only the end of a part of its table.
        at = self._nearest({name}, frozenset() if name in _TABLE else _CELLS)
        if at < 0:
            self.is_proper = False  # it ends nothing
            return
        self._close_to(at + 1)
        self._open.pop()
        self.written.append(f"</{name}>")

    def _close_to(self, at: int) -> None:
        if at < len(self._open):
            self.is_proper = False
            self.written += [f"</{name}>" for name in reversed(self._open[at:])]
            del self._open[at:]


def _end_of(name: str, html: str, at: int) -> int:
    end = re.compile(rf"</{re.escape(name)}(?![^{_SPACE}/>])", re.IGNORECASE).search(html, at)
    return end.start() if end else len(html)


def without_crowds(html: str) -> str:
    """Return `html` without the attributes of any tag that has more than `MOST_ATTRIBUTES`."""
    if len(html) <= _FEW_CHARACTERS or not any(map(_is_crowded, _TOKEN.finditer(html))):
        return html
    return _TOKEN.sub(lambda tag: f"<{tag['slash']}{tag['name']}>" if _is_crowded(tag) else tag[0], html)


def _is_crowded(tag: re.Match[str]) -> bool:
    start, end = tag.span("attributes")
    if end - start <= 2 * MOST_ATTRIBUTES:  # each takes two characters
        return False
    return any(True for _ in islice(_ATTRIBUTES.finditer(tag["attributes"]), MOST_ATTRIBUTES, None))


def part_long_texts(html: str) -> str:
    """Return `html` with an empty comment every few thousand characters of text, where it has many escapes.

    The cleaner's writer looks to the end of a text for each `&` and no-break space in it (31 s for 8 MB of
    `&nbsp;`). It leaves comments out, so that what it writes is the same.
    """
    if html.count("&") + html.count("\u00a0") <= _MANY_ESCAPES:
        return html
    return "".join(_parted(html))


_LONG_TEXT: Final = re.compile(rf"[^<]{{{_PIECE}}}[^<&{_SPACE}]*+")


def _parted(html: str) -> Iterator[str]:
    at = 0
    for token in _TOKEN.finditer(html):
        yield _LONG_TEXT.sub(r"\g<0><!---->", html[at : token.start()])
        yield token[0]
        at = token.end()
    yield _LONG_TEXT.sub(r"\g<0><!---->", html[at:])
