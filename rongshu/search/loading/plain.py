"""Bodies as plain text and headings. They were written by the gate's sanitiser, so patterns are enough."""

from __future__ import annotations

import html
import re
from typing import Final

_BREAKS: Final = re.compile(
    r"</?(?:p|div|br|li|ul|ol|tr|table|h[1-6]|section|article|blockquote|figure|figcaption|caption|dt|dd|pre)\b[^>]*>"
)
_TAGS: Final = re.compile(r"<[^>]*>")
_SPACES: Final = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")
_LINES: Final = re.compile(r"\s*\n\s*")
_HEADINGS: Final = re.compile(r"<h[1-6]\b[^>]*>(.*?)</h[1-6]>", re.DOTALL)


def plain_text(body: str) -> str:
    """Return the text of a body, a line for each block."""
    if "<" in body:
        body = _TAGS.sub("", _BREAKS.sub("\n", body))
    text = html.unescape(body) if "&" in body else body
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def headings_of(body: str) -> tuple[str, ...]:
    """Return the headings of a body."""
    if "<h" not in body:
        return ()
    return tuple(text for found in _HEADINGS.findall(body) if (text := plain_text(found)))
