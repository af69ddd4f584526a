"""Tidy what word processors leave behind in sanitised HTML."""

import re
from html import unescape
from typing import Final

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
