"""Keep HTML flat enough for every parser that will read it, and tidy what word processors leave behind."""

import re
from html import unescape
from typing import Final

DEEPEST: Final = 200
"""Elements that may stand inside one another; browsers stop at 512, libxml2 at 256."""

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
    if html.count("<") <= DEEPEST or _deepest_open(html) <= DEEPEST:
        return html, False
    plainer = _TAG.sub(lambda tag: "" if tag[2].lower() in _FORMATTING else tag[0], html)
    if _deepest_open(plainer) <= DEEPEST:
        return plainer, True
    return _TAG.sub(lambda tag: " " if tag[2].lower() in _FORMATTING else "<br>", _without_code(html)), True


def _without_code(html: str) -> str:
    # Tags are about to disappear, and with them what told code from prose.
    return _CODE.sub("", html)


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


_EMPTY_PARAGRAPH: Final = re.compile(r"<p(?: [^>]*)?>(?:\s|&nbsp;|<br>)*+</p>")
_NEEDS_TIDYING: Final = re.compile(
    r"<(?:center|span)[ >]| (?:style|align|class)=\"|" + _EMPTY_PARAGRAPH.pattern
)
_CLEAN_TAG: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>")
_ATTRIBUTE: Final = re.compile(r' (style|align|class)="([^"]*)"')


def tidy(clean_html: str) -> str:
    """Return sanitised HTML with alignment as class, `center` as `div`, no bare span, no empty paragraph."""
    if not _NEEDS_TIDYING.search(clean_html):
        return clean_html
    bare_spans: list[bool] = []

    def tidied(tag: re.Match[str]) -> str:
        slash, name, rest = tag[1], tag[2], tag[3]
        attributes = _with_alignment_class(rest) if rest else rest
        if name == "center":
            return "</div>" if slash else f'<div{attributes} class="align-center">'
        if name != "span":
            return f"<{slash}{name}{attributes}>"
        if not slash:
            bare_spans.append(not attributes)
        is_bare = bare_spans.pop() if slash and bare_spans else not attributes and not slash
        return "" if is_bare else f"<{slash}span{attributes}>"

    return _EMPTY_PARAGRAPH.sub("", _CLEAN_TAG.sub(tidied, clean_html))


def _with_alignment_class(attributes: str) -> str:
    found = dict(_ATTRIBUTE.findall(attributes))
    if not found:
        return attributes
    classes = unescape(found.get("class", "")).split()
    alignment = found.get("style", "").removeprefix("text-align:") or found.get("align", "")
    if alignment:
        classes = [each for each in classes if not each.startswith("align-")] + [f"align-{alignment}"]
    rest = _ATTRIBUTE.sub("", attributes)
    return f'{rest} class="{" ".join(sorted(set(classes)))}"' if classes else rest
